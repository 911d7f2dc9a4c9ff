import assert from "node:assert/strict";
import type { Deployment } from "../../testkit/engine/deployment";
import type { OperationReply } from "../../testkit/engine/operation";
import { describeEngine } from "./describeEngine";
import { requireOrder, requireTags } from "./rules";
import { Stage, wentWell } from "./stage";

const videos = "videos-of-the-team";
const pictures = "pictures-of-the-team";

describeEngine("buckets that are there, which others listen to", () => {
  let stage: Stage;
  let deployment: Deployment;
  let deployed: OperationReply;
  let asFound: string;

  /** All that is set on the team's buckets, to the byte. */
  const documents = () =>
    JSON.stringify(stage.providers.account.all().filter(({ id }) => id === videos || id === pictures));

  before(async () => {
    stage = await Stage.open();
    for (const bucket of [videos, pictures]) putForeign(bucket);
    asFound = documents();
    deployment = stage.deployment({
      bucketName: videos,
      outputBucketName: pictures,
      prefixes: ["uploads/"],
      removeThumbnails: true,
      storyboard: true,
    });
    deployed = await stage.up(deployment);
  });
  after(() => stage.close());

  function putForeign(bucket: string): void {
    const set = (type: string, inputs: Record<string, unknown>) => {
      stage.providers.account.put({
        type: `aws:s3/${type}`,
        id: bucket,
        inputs,
        outputs: { ...inputs, bucket },
      });
    };
    set("bucket:Bucket", { bucket, tags: { owner: "media" } });
    set("bucketNotification:BucketNotification", {
      bucket,
      eventbridge: true,
      queues: [
        {
          id: "transcoder",
          queueArn: "arn:aws:sqs:eu-west-1:000000000000:transcoder",
          events: ["s3:ObjectCreated:*"],
        },
      ],
      lambdaFunctions: [
        {
          id: "virus-scan",
          lambdaFunctionArn: "arn:aws:lambda:eu-west-1:000000000000:function:scan",
          events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
          filterSuffix: ".mp4",
        },
      ],
    });
    set("bucketPolicy:BucketPolicy", { bucket, policy: { Version: "2012-10-17", Statement: [] } });
    set("bucketPublicAccessBlock:BucketPublicAccessBlock", { bucket, blockPublicPolicy: false });
    set("bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
    });
    set("bucketLifecycleConfiguration:BucketLifecycleConfiguration", { bucket, rules: [] });
    stage.providers.account.files.set(bucket, 40_000);
  }

  it("stay as they are, to the byte, and none of their resources is in the stack", () => {
    assert.equal(documents(), asFound);
    assert.deepEqual(
      deployed.resources.filter(({ type }) => type.startsWith("aws:s3/")).map(({ type }) => type),
      [],
    );
    requireOrder(deployed.resources);
    requireTags(deployed.resources, "dev");
  });

  it("tell by EventBridge of what happens in them: a rule for each Lambda and bucket, with a queue for what it could not give", () => {
    const rules = deployed.resources.filter(({ type }) => type === "aws:cloudwatch/eventRule:EventRule");
    const patterns = rules.flatMap(({ inputs = {} }) =>
      typeof inputs["eventPattern"] === "string" ? [JSON.parse(inputs["eventPattern"]) as Pattern] : [],
    );
    const ofS3 = patterns.filter(({ source }) => source.includes("aws.s3"));
    assert.deepEqual([...new Set(ofS3.flatMap(({ detail }) => detail.bucket?.name ?? []))].sort(), [
      pictures,
      videos,
    ]);
    const targets = deployed.resources.filter(
      ({ type }) => type === "aws:cloudwatch/eventTarget:EventTarget",
    );
    const withQueue = targets.filter(({ inputs = {} }) => inputs["deadLetterConfig"] !== undefined);
    assert.equal(withQueue.length, ofS3.length);
  });

  it("are not changed by a further `up`, nor by what changes then", async () => {
    assert.deepEqual(await stage.preview(deployment), []);
    deployment.config = { ...deployment.config, thumbnailWidth: 640, preview: true, videoSuffixes: [".mov"] };
    await stage.up(deployment);
    assert.equal(documents(), asFound);
  });

  it("stay as they are after `destroy`, files and all", async () => {
    wentWell(await deployment.run("destroy", stage.clone.folder));
    assert.equal(documents(), asFound);
    assert.deepEqual(
      [...stage.providers.account.files],
      [
        [videos, 40_000],
        [pictures, 40_000],
      ],
    );
    const others = stage.providers.account.all().filter(({ id }) => id !== videos && id !== pictures);
    assert.deepEqual(others, []);
  });
});

interface Pattern {
  source: string[];
  detail: { bucket?: { name: string[] } };
}
