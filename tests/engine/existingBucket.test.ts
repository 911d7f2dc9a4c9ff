import assert from "node:assert/strict";
import { describeEngine } from "./describeEngine";
import { requireOrder, requireTags } from "./rules";
import { Stage } from "./stage";

describeEngine("on an existing bucket", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  const deployment = () =>
    stage.deployment({
      bucketName: "media",
      prefixes: ["uploads/"],
      storyboard: true,
      removeThumbnails: true,
    });

  it("stops before it creates anything where S3 does not tell EventBridge, and prints the command", async () => {
    stage.providers.bucketsThatAreThere.tellEventBridge = false;
    for (const operation of ["preview", "up"] as const) {
      const { error = "", messages } = await deployment().run(operation, stage.clone.folder);
      const told = [error, ...messages].join("\n");
      assert.match(told, /npm run ops -- enable-events --bucket media --region eu-west-1/);
      assert.match(told, /Nothing was created or changed\./);
      assert.deepEqual(stage.providers.account.all(), []);
    }
  });

  it("goes up where it does, in AWS's order, and declares nothing of the bucket", async () => {
    const { bucketsThatAreThere } = stage.providers;
    bucketsThatAreThere.tellEventBridge = true;
    const stack = deployment();
    const reply = await stage.up(stack);
    requireOrder(reply.resources);
    requireTags(reply.resources, "dev");
    assert.deepEqual(
      reply.resources.filter(({ type }) => type.startsWith("aws:s3/")),
      [],
    );
    assert.deepEqual(await stage.preview(stack), []);
    const { error } = await stack.run("destroy", stage.clone.folder);
    assert.equal(error, undefined);
    assert.deepEqual(stage.providers.account.all(), []);
    for (const request of bucketsThatAreThere.requests)
      assert.match(request, /^GET \/media\/?\?notification=?$/);
  });
});
