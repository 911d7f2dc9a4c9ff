import assert from "node:assert/strict";
import { systemClock } from "../../local/clock";
import { Callers } from "../../local/faults/callers";
import { Injector } from "../../local/faults/injector";
import { s3Troubles } from "../../local/faults/s3Troubles";
import { Bucket, TestS3 } from "../local/testS3";

describe("S3's fault of a connection that is cut", () => {
  const s3 = new TestS3();
  const taskId = "0123456789abcdef0123456789abcdef";
  const authorization = `AWS4-HMAC-SHA256 Credential=${taskId}/20260101/eu-west-1/s3/aws4_request`;
  before(() => {
    s3.door.admit(taskId);
    return s3.start(s3Troubles(new Injector(1, systemClock), new Callers(), { cut: 1 }).s3);
  });
  after(() => {
    s3.stop();
  });

  for (const sizeBytes of [2, 100_000, 3_000_000]) {
    it(`ends an answer of ${sizeBytes} bytes before its end, and at once`, async () => {
      const path = `/${Bucket}/${sizeBytes}`;
      const content = "x".repeat(sizeBytes);
      assert.equal((await s3.raw("PUT", path, {}, content)).status, 200);
      const { status, headers, body, aborted } = await s3.raw("GET", path, { authorization });
      assert.deepEqual([status, headers["content-length"], aborted], [200, String(sizeBytes), true]);
      assert.ok(body.length > 0 && body.length < sizeBytes, `${body.length} bytes`);
    });
  }

  it("leaves a PUT without an answer, though it has happened", async () => {
    const path = `/${Bucket}/stored`;
    await assert.rejects(s3.raw("PUT", path, { authorization }, "content"), { code: "ECONNRESET" });
    assert.equal((await s3.raw("GET", path)).body, "content");
  });
});
