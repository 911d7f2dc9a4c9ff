import assert from "node:assert/strict";
import {
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  ListObjectsV2Command,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type NotificationConfiguration,
} from "@aws-sdk/client-s3";
import { startLocalCloud } from "../../local/cloud";
import type { LocalCloud } from "../../local/localCloud";
import { makeDirectory, makeVideo } from "./videos";

const network = {
  vpcId: "vpc-0team",
  subnetIds: '["subnet-0a","subnet-0b"]',
  securityGroupId: "sg-0team",
  assignPublicIp: "false",
};

async function keysIn({ clients: { s3 } }: LocalCloud, Bucket: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key = "" }) => Key);
}

/** Nothing of the others' has changed, and their queue was told of each object that was put, once. */
async function assertUnharmed(cloud: LocalCloud, put: Map<string, string[]>): Promise<void> {
  for (const bucket of cloud.existing) {
    assert.deepEqual(await bucket.changes(), [], bucket.name);
    assert.deepEqual((await bucket.toldOf()).sort(), (put.get(bucket.name) ?? []).sort(), bucket.name);
  }
}

describe("The local cloud on buckets that were there", function () {
  this.timeout(60_000);
  const videos = makeDirectory();
  let cloud: LocalCloud;
  let video: string;
  /** The keys of the objects that were put, by their bucket. */
  const put = new Map<string, string[]>();

  before(async () => {
    video = makeVideo(videos.directory, "colours.mp4");
    cloud = await startLocalCloud({
      config: {
        ...network,
        ...{ bucketName: "media", outputBucketName: "pictures", prefixes: '["uploads/","more/"]' },
        ...{ outputPrefix: "made/small/", removeThumbnails: "true", tags: '{"team":"media"}' },
      },
      onEvent(event) {
        if (event.type !== "object-created") return;
        const { bucket, key } = event.object;
        put.set(bucket, [...(put.get(bucket) ?? []), key]);
      },
    });
  });
  after(async () => {
    await cloud.stop();
    videos.remove();
  });

  it("makes thumbnails in the one of videos in the other, and harms nobody who uses them", async () => {
    const key = `uploads/d/Mein "Clip" +%41 影.Mp4`;
    await cloud.upload(video, key);
    const thumbnail = `made/small/${key}.png`;
    assert.deepEqual(await cloud.outcome(key), { ok: true, thumbnail });
    await cloud.settled();
    assert.ok((await keysIn(cloud, "pictures")).includes(thumbnail));
    assert.deepEqual(
      (await keysIn(cloud, "media")).filter((one) => one.endsWith(".png")),
      ["thumb/logo.png"],
    );
    await assertUnharmed(cloud, put);
  });

  it("declares nothing of the buckets themselves", () => {
    const ofBuckets = cloud.resources.filter(({ type }) => type.startsWith("aws:s3/"));
    assert.deepEqual(
      ofBuckets.map(({ type }) => type),
      [],
    );
  });

  it("leaves what is no video of the stack's, and says so beforehand", async () => {
    const { s3 } = cloud.clients;
    for (const key of ["elsewhere/a.mp4", "made/small/a.mp4", "uploads/a.txt"]) {
      assert.ok(!cloud.triggers(key), key);
      await s3.send(new PutObjectCommand({ Bucket: "media", Key: key, Body: "x" }));
    }
    assert.ok(cloud.triggers("more/a.MP4"));
    await s3.send(new PutObjectCommand({ Bucket: "pictures", Key: "uploads/b.mp4", Body: "x" }));
    await cloud.settled();
    assert.deepEqual(await cloud.failedJobs(), []);
    await assertUnharmed(cloud, put);
  });

  it("makes a thumbnail anew for a tag, and takes it away with its video", async () => {
    const key = "more/cat.mp4";
    const name = { Bucket: "media", Key: key };
    await cloud.upload(video, key);
    await cloud.outcome(key);
    await cloud.settled();
    const puts = () => put.get("pictures")?.filter((one) => one === "made/small/more/cat.png").length;
    assert.equal(puts(), 1);
    const TagSet = [{ Key: "thumbnail-timestamp", Value: "00:01" }];
    await cloud.clients.s3.send(new PutObjectTaggingCommand({ ...name, Tagging: { TagSet } }));
    await cloud.settled();
    assert.equal(puts(), 2);
    await cloud.clients.s3.send(new DeleteObjectCommand(name));
    await cloud.settled();
    assert.ok(!(await keysIn(cloud, "pictures")).includes("made/small/more/cat.png"));
    await assertUnharmed(cloud, put);
  });

  it("runs workers in the network that was there, by no endpoint of the program's", () => {
    const tasks = [...cloud.ecs.tasks.values()];
    assert.ok(tasks.length > 0);
    for (const { subnets } of tasks) assert.deepEqual(subnets, ["subnet-0a", "subnet-0b"]);
    assert.deepEqual(
      cloud.resources.filter(({ type }) => type.startsWith("aws:ec2/") || type.startsWith("awsx:ec2:")),
      [],
    );
  });

  it("hears of no upload any more once somebody turns EventBridge off, and of the next one when it is on", async () => {
    const { s3 } = cloud.clients;
    const theirs = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: "media" }));
    const { EventBridgeConfiguration, ...others } = theirs;
    assert.deepEqual(EventBridgeConfiguration, {});
    const write = (NotificationConfiguration: NotificationConfiguration) =>
      s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: "media", NotificationConfiguration }));
    await write(others);
    await cloud.upload(video, "uploads/unheard.mp4");
    const outcome = await cloud.outcome("uploads/unheard.mp4");
    assert.match(outcome.ok ? "" : outcome.reason, /^lost/);
    await write(theirs);
    await cloud.upload(video, "uploads/heard.mp4");
    assert.ok((await cloud.outcome("uploads/heard.mp4")).ok);
    await cloud.settled();
    await assertUnharmed(cloud, put);
  });
});

describe("The local cloud with outputs alone in a bucket that was there", function () {
  this.timeout(60_000);
  const videos = makeDirectory();
  let cloud: LocalCloud;
  const put: string[] = [];

  before(async () => {
    cloud = await startLocalCloud({
      config: { outputBucketName: "pictures", storyboard: "true", renditions: '["64.webp"]' },
      onEvent(event) {
        if (event.type === "object-created" && event.object.bucket === "pictures") put.push(event.object.key);
      },
    });
  });
  after(async () => {
    await cloud.stop();
    videos.remove();
  });

  it("hears of videos by notifications and of outputs by EventBridge", async () => {
    await cloud.upload(makeVideo(videos.directory, "colours.mp4"), "cat.mp4");
    const outcome = await cloud.outcome("cat.mp4");
    assert.ok(outcome.ok && outcome.manifest !== undefined, JSON.stringify(outcome));
    assert.deepEqual([outcome.manifest.bucket, outcome.manifest.video.bucket], ["pictures", cloud.bucket]);
    await cloud.settled();
    assert.deepEqual(await keysIn(cloud, cloud.bucket), ["cat.mp4"]);
    await assertUnharmed(cloud, new Map([["pictures", put]]));
  });
});
