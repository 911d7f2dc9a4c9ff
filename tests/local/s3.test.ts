import assert from "node:assert/strict";
import { createReadStream, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { startS3, type LocalS3, type ObjectCreated, type ObjectRemoved } from "../../local/services/s3/s3";
import { makeDirectory } from "./videos";

const Bucket = "videos";

describe("The local S3, called by the SDK's client", () => {
  const files = makeDirectory();
  const created: ObjectCreated[] = [];
  const removed: ObjectRemoved[] = [];
  let server: LocalS3;
  let s3: S3Client;

  before(async () => {
    const onRemoved = (object: ObjectRemoved) => removed.push(object);
    server = await startS3(
      path.join(files.directory, "s3"),
      (object) => created.push(object),
      undefined,
      onRemoved,
    );
    await server.createBucket(Bucket);
    const credentials = { accessKeyId: "any", secretAccessKey: "any" };
    s3 = new S3Client({ endpoint: server.endpoint, region: "eu-west-1", credentials });
    await s3.send(new PutObjectCommand({ Bucket, Key: "digits", Body: Buffer.from("0123456789") }));
  });
  after(() => {
    s3.destroy();
    server.stop();
    files.remove();
  });

  async function read(Key: string, range?: string) {
    const object = await s3.send(new GetObjectCommand({ Bucket, Key, Range: range }));
    return { text: await object.Body?.transformToString(), range: object.ContentRange };
  }

  it("takes a stream with the SDK's own checksum behind it", async () => {
    const file = path.join(files.directory, "large");
    writeFileSync(file, Buffer.alloc(3_000_000, "abcdefg"));
    const { ETag } = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: "stream",
        Body: createReadStream(file),
        ContentLength: statSync(file).size,
      }),
    );
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "stream" }));
    assert.equal(head.ContentLength, 3_000_000);
    assert.equal(head.ETag, ETag);
    assert.equal(head.ContentEncoding, undefined);
    assert.equal((await read("stream", "bytes=2999990-")).text, "abcdefgabc");
  });

  it("puts the parts of a multipart upload together, and tells of it once", async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
    const parts = await Promise.all(
      ["first ", "second"].map(async (Body, index) => {
        const part = { Bucket, Key: "parts", UploadId, PartNumber: index + 1, Body };
        return { PartNumber: index + 1, ETag: (await s3.send(new UploadPartCommand(part))).ETag };
      }),
    );
    const complete = { Bucket, Key: "parts", UploadId, MultipartUpload: { Parts: parts } };
    await s3.send(new CompleteMultipartUploadCommand(complete));
    assert.equal((await read("parts")).text, "first second");
    const told = created.filter(({ key }) => key === "parts");
    assert.deepEqual(
      told.map(({ method, sizeBytes }) => ({ method, sizeBytes })),
      [{ method: "CompleteMultipartUpload", sizeBytes: 12 }],
    );
  });

  const ranges: [range: string, text: string, answered: string][] = [
    ["bytes=0-0", "0", "bytes 0-0/10"],
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=7-99", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
  ];
  for (const [range, text, answered] of ranges) {
    it(`gives the range ${range}`, async () => {
      assert.deepEqual(await read("digits", range), { text, range: answered });
    });
  }

  it("refuses a range behind the end, and an object that does not exist", async () => {
    await assert.rejects(read("digits", "bytes=10-"), { name: "InvalidRange" });
    await assert.rejects(read("nothing"), { name: "NoSuchKey" });
    await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key: "nothing" })), { name: "NotFound" });
  });

  it("obeys If-Match, and If-None-Match of a PUT", async () => {
    const { ETag } = await s3.send(new HeadObjectCommand({ Bucket, Key: "digits" }));
    const get = (IfMatch: string | undefined) =>
      s3.send(new GetObjectCommand({ Bucket, Key: "digits", IfMatch }));
    assert.equal(await (await get(ETag)).Body?.transformToString(), "0123456789");
    await assert.rejects(get('"other"'), { name: "PreconditionFailed" });
    const put = new PutObjectCommand({ Bucket, Key: "digits", Body: "new", IfNoneMatch: "*" });
    await assert.rejects(s3.send(put), { name: "PreconditionFailed" });
  });

  it("obeys If-Match of a PUT and of a DELETE, and tells of what is deleted", async () => {
    const Key = "conditional";
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "one" }));
    const put = (IfMatch: string | undefined) =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body: "two", IfMatch }));
    const remove = (IfMatch: string | undefined) =>
      s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch }));
    const { ETag: second } = await put(ETag);
    await assert.rejects(put(ETag), { name: "PreconditionFailed" });
    await assert.rejects(remove(ETag), { name: "PreconditionFailed" });
    assert.deepEqual(removed, []);
    await remove(second);
    assert.deepEqual(removed, [{ bucket: Bucket, key: Key, method: "Delete" }]);
    await assert.rejects(put(second), { name: "NoSuchKey" });
  });

  it("keeps metadata, and gives keys back as they are", async () => {
    const Key = `a b+c&'d' <ü> "影" (1).mp4`;
    await s3.send(
      new PutObjectCommand({ Bucket, Key, Body: "x", Metadata: { "thumbnail-timestamp": "00:01" } }),
    );
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    assert.deepEqual(Metadata, { "thumbnail-timestamp": "00:01" });
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "a b" }));
    assert.deepEqual(
      Contents?.map((object) => object.Key),
      [Key],
    );
    assert.equal(created.at(-1)?.key, Key);
  });
});
