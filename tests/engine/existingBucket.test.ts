import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describeEngine } from "./describeEngine";
import { requireOrder, requireTags } from "./rules";
import { Stage } from "./stage";

describeEngine("on an existing bucket", () => {
  let stage: Stage;
  let s3: Server;
  let isTold = false;
  const asked: string[] = [];
  before(async () => {
    stage = await Stage.open();
    s3 = createServer((request, response) => {
      asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
      const told = isTold ? "<EventBridgeConfiguration/>" : "";
      response.end(`<NotificationConfiguration>${told}</NotificationConfiguration>`);
    });
    await new Promise<void>((resolve) => s3.listen(0, "127.0.0.1", resolve));
  });
  after(async () => {
    s3.close();
    await stage.close();
  });

  const deployment = () =>
    stage.deployment({
      bucketName: "media",
      prefixes: ["uploads/"],
      storyboard: true,
      removeThumbnails: true,
      "aws:endpoints": [{ s3: `http://127.0.0.1:${(s3.address() as AddressInfo).port}` }],
      "aws:s3UsePathStyle": true,
      "aws:accessKey": "KEY",
      "aws:secretKey": "secret",
    });

  it("stops before it creates anything where S3 does not tell EventBridge, and prints the command", async () => {
    for (const operation of ["preview", "up"] as const) {
      const { error = "", messages } = await deployment().run(operation, stage.clone.folder);
      const told = [error, ...messages].join("\n");
      assert.match(told, /npm run ops -- enable-events --bucket media --region eu-west-1/);
      assert.match(told, /Nothing was created or changed\./);
      assert.deepEqual(stage.providers.account.all(), []);
    }
  });

  it("goes up where it does, in AWS's order, and declares nothing of the bucket", async () => {
    isTold = true;
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
    assert.ok(
      asked.every((request) => /^GET \/media\/?\?notification=?$/.test(request)),
      asked.join(", "),
    );
  });
});
