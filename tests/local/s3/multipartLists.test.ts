import assert from "node:assert/strict";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
  type ListMultipartUploadsCommandInput,
} from "@aws-sdk/client-s3";
import type { Authorizer } from "../../../local/services/authorizer";
import { Bucket, TestS3 } from "../testS3";

const Key = "uploads/cat +%é.mp4";

describe("The local S3, of uploads in parts that are not complete", () => {
  const s3 = new TestS3();
  before(() => s3.start());
  after(() => {
    s3.stop();
  });

  async function begin(key = Key): Promise<string> {
    const { UploadId = "" } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key: key }));
    return UploadId;
  }
  async function part(UploadId: string, PartNumber: number, Body: string): Promise<string> {
    const { ETag = "" } = await s3.client.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }),
    );
    return ETag;
  }
  const abort = (UploadId: string, key = Key) =>
    s3.client.send(new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId }));

  it("lists the parts that are there, each with its ETag, size and time, so that an upload goes on after a cut", async () => {
    const UploadId = await begin();
    const third = await part(UploadId, 3, "ccc");
    await part(UploadId, 1, "lost");
    const first = await part(UploadId, 1, "a");
    const { Parts = [], ...list } = await s3.client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    assert.deepEqual(
      Parts.map(({ PartNumber, ETag, Size }) => [PartNumber, ETag, Size]),
      [
        [1, first, 1],
        [3, third, 3],
      ],
    );
    assert.ok(Parts.every(({ LastModified }) => Math.abs(Date.now() - Number(LastModified)) < 60_000));
    assert.deepEqual([list.Key, list.UploadId, list.IsTruncated], [Key, UploadId, false]);
    await abort(UploadId);
  });

  it("lists them in pages that leave nothing out and give nothing twice", async () => {
    const UploadId = await begin();
    for (const number of [5, 1, 9, 10_000, 2]) await part(UploadId, number, "a");
    const pages: (number | undefined)[][] = [];
    // Not by the SDK's paginateListParts, which begins again after the last page, since S3 names a next one in each.
    let PartNumberMarker: string | undefined;
    for (let isTruncated = true; isTruncated;) {
      const page = await s3.client.send(
        new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 2, PartNumberMarker }),
      );
      pages.push((page.Parts ?? []).map(({ PartNumber }) => PartNumber));
      PartNumberMarker = page.NextPartNumberMarker;
      isTruncated = page.IsTruncated ?? false;
    }
    assert.deepEqual(pages, [[1, 2], [5, 9], [10_000]]);
    const { NextPartNumberMarker } = await s3.client.send(
      new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker: "10000" }),
    );
    assert.equal(NextPartNumberMarker, "0");
    await abort(UploadId);
  });

  it("knows no parts of an upload that is aborted, of another key, or by a page that is no number", async () => {
    const UploadId = await begin();
    const list = (input: { Key: string; UploadId: string }) =>
      s3.client.send(new ListPartsCommand({ Bucket, ...input }));
    await assert.rejects(list({ Key: "other", UploadId }), { name: "NoSuchUpload" });
    const { status, body } = await s3.raw(
      "GET",
      `/${Bucket}/${encodeURIComponent(Key)}?uploadId=${UploadId}&max-parts=many`,
    );
    assert.deepEqual([status, /<Code>(\w+)/.exec(body)?.[1]], [400, "InvalidArgument"]);
    await abort(UploadId);
    await assert.rejects(list({ Key, UploadId }), { name: "NoSuchUpload" });
  });

  it("lists the uploads of a bucket by their keys, under a prefix, by folders, and in pages", async () => {
    const keys = ["a/1.mp4", "a/1.mp4", "a/2 é.mp4", "b/1.mp4", "c.mp4"];
    const ids = await Promise.all(keys.map((key) => begin(key)));
    const list = (input: Partial<ListMultipartUploadsCommandInput> = {}) =>
      s3.client.send(new ListMultipartUploadsCommand({ Bucket, ...input }));
    const { Uploads = [] } = await list();
    assert.deepEqual(
      Uploads.map(({ Key: key }) => key),
      keys,
    );
    assert.deepEqual(new Set(Uploads.map(({ UploadId }) => UploadId)), new Set(ids));
    assert.ok(Uploads.every(({ Initiated }) => Math.abs(Date.now() - Number(Initiated)) < 60_000));

    const folders = await list({ Delimiter: "/" });
    assert.deepEqual(folders.CommonPrefixes, [{ Prefix: "a/" }, { Prefix: "b/" }]);
    assert.deepEqual(
      folders.Uploads?.map(({ Key: key }) => key),
      ["c.mp4"],
    );
    const encoded = await list({ Prefix: "a/2", EncodingType: "url" });
    assert.deepEqual(
      encoded.Uploads?.map(({ Key: key }) => key),
      ["a/2+%C3%A9.mp4"],
    );

    const paged: unknown[] = [];
    let markers: Partial<ListMultipartUploadsCommandInput> = {};
    for (let isTruncated = true; isTruncated;) {
      const page = await list({ MaxUploads: 1, ...markers });
      paged.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId));
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      isTruncated = page.IsTruncated ?? false;
    }
    assert.deepEqual(
      paged,
      Uploads.map(({ UploadId }) => UploadId),
    );
    await Promise.all(ids.map((id, index) => abort(id, keys[index])));
    assert.equal((await list()).Uploads, undefined);
  });

  it("takes a part from an object that is there, all of it or a range, and refuses a range that is not in it", async () => {
    const megabytes = Buffer.alloc(5 * 2 ** 20, "ab");
    await s3.client.send(new PutObjectCommand({ Bucket, Key: "source é", Body: megabytes }));
    const UploadId = await begin();
    const copy = (PartNumber: number, CopySourceRange?: string, source = "source é") =>
      s3.client.send(
        new UploadPartCopyCommand({
          ...{ Bucket, Key, UploadId, PartNumber, CopySourceRange },
          CopySource: `${Bucket}/${encodeURIComponent(source)}`,
        }),
      );
    const whole = await copy(1);
    const some = await copy(2, "bytes=1-3");
    for (const range of ["bytes=3-1", "bytes=1-", "bytes=-1", `bytes=0-${megabytes.length}`])
      await assert.rejects(copy(3, range), { name: "InvalidArgument" }, range);
    await assert.rejects(copy(3, undefined, "missing"), { name: "NoSuchKey" });
    const Parts = [whole, some].map(({ CopyPartResult }, index) => ({
      ETag: CopyPartResult?.ETag,
      PartNumber: index + 1,
    }));
    await s3.client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    );
    const { Body } = await s3.client.send(
      new GetObjectCommand({ Bucket, Key, Range: `bytes=${megabytes.length - 2}-` }),
    );
    assert.equal(await Body?.transformToString(), "abbab");
  });

  it("asks each of these for the right to it", async () => {
    const UploadId = await begin();
    await s3.client.send(new PutObjectCommand({ Bucket, Key: "source", Body: "a" }));
    const roleArn = "arn:aws:iam::000000000000:role/uploader";
    s3.door.admit("ROLE", { roleArn, sessionName: "page", region: "eu-west-1" });
    const client = new S3Client({
      endpoint: s3.endpoint.href,
      region: "eu-west-1",
      credentials: { ...s3.door.credentials, accessKeyId: "ROLE" },
      maxAttempts: 1,
    });
    const asked: string[] = [];
    const authorizer: Authorizer = ({ action, resource }) => {
      asked.push(`${action} ${resource}`);
      return Promise.resolve(undefined);
    };
    s3.door.authorizer = authorizer;
    try {
      await client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
      await client.send(new ListMultipartUploadsCommand({ Bucket }));
      const CopySource = `${Bucket}/source`;
      await client.send(new UploadPartCopyCommand({ Bucket, Key, UploadId, PartNumber: 1, CopySource }));
    } finally {
      s3.door.authorizer = undefined;
      client.destroy();
    }
    assert.deepEqual(asked, [
      `s3:ListMultipartUploadParts arn:aws:s3:::${Bucket}/${Key}`,
      `s3:ListBucketMultipartUploads arn:aws:s3:::${Bucket}`,
      `s3:PutObject arn:aws:s3:::${Bucket}/${Key}`,
      `s3:GetObject arn:aws:s3:::${Bucket}/source`,
    ]);
    await abort(UploadId);
  });
});
