import assert from "node:assert/strict";
import type { Deployment } from "../../testkit/engine/deployment";
import { describeEngine } from "./describeEngine";
import { Stage, wentWell } from "./stage";

describeEngine("pulumi destroy", () => {
  let stage: Stage;
  let deployment: Deployment;
  before(async () => {
    stage = await Stage.open();
    deployment = stage.deployment();
    await stage.up(deployment);
  });
  after(() => stage.close());

  const destroy = () => deployment.run("destroy", stage.clone.folder);
  const bucket = () => stage.providers.account.all("aws:s3/bucket:Bucket")[0]!.id;
  const kept = [
    "Bucket",
    "BucketLifecycleConfiguration",
    "BucketOwnershipControls",
    "BucketPolicy",
    "BucketPublicAccessBlock",
    "BucketServerSideEncryptionConfiguration",
  ];

  it("keeps a bucket with files, as closed as it was, and says which", async () => {
    stage.providers.account.files.set(bucket(), 2);
    const destroyed = await destroy();
    assert.notEqual(destroyed.error, undefined);
    assert.ok(
      destroyed.messages.some((message) => message.includes(`BucketNotEmpty: The bucket ${bucket()}`)),
      destroyed.messages.join("\n"),
    );
    // The engine stops at the refusal: of the rest, more or less is gone by then.
    const ofBucket = stage.providers.account
      .all()
      .flatMap(({ type }) => /^aws:s3.*:(.*)/.exec(type)?.[1] ?? []);
    assert.deepEqual(ofBucket.sort(), kept, "what protects the bucket should have the option deletedWith");
  });

  it("can be followed by `pulumi up`, which builds the rest around the bucket", async () => {
    const before = bucket();
    const again = await stage.up(deployment);
    assert.equal(bucket(), before);
    stage.requireNothingForgotten(again);
  });

  it("removes everything once the bucket is empty", async () => {
    stage.providers.account.files.clear();
    wentWell(await destroy());
    assert.deepEqual(stage.providers.account.all(), []);
  });

  it("removes the files too, with forceDestroy that has been deployed, and images that are there", async () => {
    deployment.config = { forceDestroy: true };
    await stage.up(deployment);
    stage.providers.account.files.set(bucket(), 2);
    wentWell(await destroy());
    assert.deepEqual(stage.providers.account.all(), []);
  });
});
