import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import yaml from "js-yaml";
import type { Deployment } from "../../testkit/engine/deployment";
import { listingOf } from "../../testkit/engine/listing";
import type { OperationReply } from "../../testkit/engine/operation";
import { describeEngine } from "./describeEngine";
import { requireOrder, requireTags } from "./rules";
import { Stage } from "./stage";

/** Every setting with another value than its default's, in the order in which one stack gets them. */
const groups: { title: string; config: Record<string, unknown> }[] = [
  {
    title: "pictures, uploads and logs",
    config: {
      thumbnailTimestamp: "25%",
      thumbnailFormat: "jpg",
      thumbnailWidth: 0,
      videoSuffixes: [".mov", ".mp4"],
      logRetentionDays: 90,
      alarmEmail: "ops@example.com",
      imageRefresh: "2026-11-24",
      removeThumbnails: true,
    },
  },
  {
    title: "what is made besides thumbnails",
    config: {
      storyboard: true,
      storyboardTileWidth: 240,
      storyboardFormat: "webp",
      preview: true,
      previewSeconds: 6,
      previewWidth: 480,
      renditions: ["320.webp", "640.jpg"],
    },
  },
  {
    title: "workers",
    config: {
      maxWorkers: 3,
      warmWorkers: 2,
      spot: true,
      taskCpu: 1024,
      taskMemory: 4096,
      architecture: "ARM64",
    },
  },
  {
    title: "where keys begin, and what an account asks of roles and buckets",
    config: {
      prefixes: ["uploads/", "films/"],
      outputPrefix: "made/thumb/",
      extrasPrefix: "made/extras/",
      permissionsBoundary: "arn:aws:iam::000000000000:policy/boundary",
      rolePath: "/teams/media/",
      accessLogsBucket: "logs-of-all",
      uploadOrigins: ["https://www.example.com", "http://127.0.0.1:*"],
      tags: { "cost-center": "12" },
    },
  },
  {
    title: "a network and a key that are there",
    config: {
      vpcId: "vpc-0a",
      subnetIds: ["subnet-0a", "subnet-0b"],
      assignPublicIp: false,
      securityGroupId: "sg-0a",
      kmsKeyArn: "arn:aws:kms:eu-west-1:000000000000:key/11111111-2222-3333-4444-555555555555",
    },
  },
  {
    title: "buckets that are there",
    config: { bucketName: "videos-of-the-team", outputBucketName: "pictures-of-the-team" },
  },
  {
    title: "what is public, what is kept, and an image of one's own",
    config: {
      publicThumbnails: true,
      forceDestroy: true,
      dashboard: false,
      imageUri: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/worker:1",
    },
  },
];

/** What no stack can have together: nothing of an existing bucket is set or destroyed. */
const notWithOthers = ["bucketName"];

const tried = Object.assign({}, ...groups.map(({ config }) => config)) as Record<string, unknown>;

describeEngine("the program with other settings", () => {
  let stage: Stage;
  let deployment: Deployment;
  let byDefault: string;
  before(async () => {
    stage = await Stage.open();
    deployment = stage.deployment({}, "prod.eu");
    byDefault = listingOf((await stage.up(deployment)).resources);
  });
  after(() => stage.close());

  const requireSound = async (deployed: OperationReply) => {
    assert.deepEqual(deployed.messages, []);
    stage.requireNothingForgotten(deployed);
    requireOrder(deployed.resources);
    requireTags(deployed.resources, "prod.eu");
    assert.deepEqual(await stage.preview(deployment), [], "the second preview should be unchanged");
  };

  it("is tried with every setting that Pulumi.yaml declares", () => {
    const file = path.resolve(__dirname, "../../Pulumi.yaml");
    const { config } = yaml.load(readFileSync(file, "utf8")) as {
      config: Record<string, { default: unknown }>;
    };
    // A map can not be declared.
    const declared = [...Object.keys(config), "tags"];
    assert.deepEqual(Object.keys(tried).sort(), declared.sort(), "add a new setting to `groups`");
    for (const [key, value] of Object.entries(tried)) assert.notDeepEqual(value, config[key]?.default, key);
  });

  for (const { title, config } of groups) {
    it(`takes over ${title}, on a stack that was there`, async () => {
      deployment.config = config;
      await requireSound(await stage.up(deployment));
    });
  }

  it("goes back to the default, as if it had never been otherwise", async () => {
    deployment.config = {};
    const back = await stage.up(deployment);
    await requireSound(back);
    // Revisions of the task definition are counted on.
    const uncounted = (listing: string) => listing.replace(/(task-definition\/\S+):\d+/g, "$1");
    assert.equal(uncounted(listingOf(back.resources)), uncounted(byDefault));
  });

  it("is created with all of them at once", async () => {
    const together = Object.entries(tried).filter(([key]) => !notWithOthers.includes(key));
    const other = stage.deployment(Object.fromEntries(together), "all");
    const deployed = await stage.up(other);
    requireOrder(deployed.resources);
    requireTags(deployed.resources, "all");
    assert.deepEqual(await stage.preview(other), []);
  });
});
