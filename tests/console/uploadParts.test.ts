import assert from "node:assert/strict";
import { CreateMultipartUploadCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import { uploadsRoutes } from "../../console/server/routes/uploads";
import { inTurns } from "../../console/reading/inTurns";
import type { Context } from "../../console/server/context";
import type { UploadedPart } from "../../console/messages";
import { Bucket, TestS3 } from "../local/testS3";

describe("An upload that goes on after a cut", () => {
  const s3 = new TestS3();
  before(() => s3.start());
  after(() => {
    s3.stop();
  });

  it("hears of each part that S3 has once, also where these are no parts or more than S3 lists at once", async function () {
    this.timeout(60_000);
    const Key = "cat.mp4";
    const app = uploadsRoutes(contextOf(s3));
    const { UploadId = "" } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const heard = async () => {
      const body = JSON.stringify({ key: Key, uploadId: UploadId });
      const headers = { "content-type": "application/json" };
      const answer = await app.request("/api/uploads/parts", { method: "POST", headers, body });
      return (await answer.json()) as UploadedPart[];
    };
    assert.deepEqual(await heard(), []);
    const numbers = Array.from({ length: 1001 }, (_, index) => index + 1);
    await inTurns(numbers, (PartNumber) =>
      s3.client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: String(PartNumber) })),
    );
    const parts = await heard();
    assert.deepEqual(
      parts.map(({ PartNumber, Size }) => [PartNumber, Size]),
      numbers.map((number) => [number, String(number).length]),
    );
  });
});

/** As much of a console as its uploads ask for. */
function contextOf({ client }: TestS3): Context {
  const outputs = {
    bucketName: Bucket,
    outputBucketName: Bucket,
    thumbnailKeyPrefix: "thumb/",
    extrasKeyPrefix: "extras/",
    thumbnailFormat: "png",
    videoSuffixes: [".mp4"],
    videoPrefixes: [],
  };
  return { stack: { s3: client, outputs }, info: { isReadOnly: false } } as unknown as Context;
}
