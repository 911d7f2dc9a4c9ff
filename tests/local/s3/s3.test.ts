import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createReadStream, readdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
  type GetObjectCommandInput,
  type PutObjectCommandInput,
  type S3ServiceException,
} from "@aws-sdk/client-s3";
import { Bucket, TestS3, until } from "../testS3";

describe("The local S3, called by the SDK's client:", () => {
  const s3 = new TestS3();
  before(() => s3.start());
  after(() => {
    s3.stop();
  });

  type Given<Input extends { Bucket: unknown; Key: unknown }> = Omit<Input, "Bucket" | "Key">;

  const put = (Key: string, Body: PutObjectCommandInput["Body"], more: Given<PutObjectCommandInput> = {}) =>
    s3.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const get = (Key: string, more: Given<GetObjectCommandInput> = {}) =>
    s3.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  const head = (Key: string) => s3.client.send(new HeadObjectCommand({ Bucket, Key }));
  const textOf = async (Key: string, more: Given<GetObjectCommandInput> = {}) =>
    (await get(Key, more)).Body?.transformToString();
  const eventsOf = (key: string) => s3.events.filter((event) => event.key === key);

  describe("an object", () => {
    const digits = "0123456789";
    before(() => put("digits", digits));

    it("may be a stream with the SDK's own checksum behind it, which comes back with it", async () => {
      const file = path.join(s3.directory, "..", "large");
      writeFileSync(file, Buffer.alloc(3_000_000, "abcdefg"));
      const { ETag } = await put("stream", createReadStream(file), { ContentLength: 3_000_000 });
      const answer = await get("stream");
      assert.equal(answer.ContentLength, 3_000_000);
      assert.equal(answer.ETag, ETag);
      assert.equal(answer.ContentEncoding, undefined);
      assert.match(answer.ChecksumCRC32 ?? "", /^.{6}==$/);
      await answer.Body?.transformToByteArray();
      assert.equal(await textOf("stream", { Range: "bytes=2999990-" }), "abcdefgabc");
    });

    it("is refused when it is not what its checksum or its length says, and what was there stays", async () => {
      await put("kept", "kept");
      const chunked = (checksum: string, content = "5\r\nhello\r\n0\r\n") =>
        s3.raw(
          "PUT",
          `/${Bucket}/kept`,
          {
            "content-encoding": "aws-chunked",
            "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "x-amz-decoded-content-length": "5",
            "x-amz-trailer": "x-amz-checksum-crc32",
          },
          `${content}x-amz-checksum-crc32:${checksum}\r\n\r\n`,
        );
      const plain = (header: string, value: string) =>
        s3.raw("PUT", `/${Bucket}/kept`, { [header]: value }, "hello");
      const md5 = createHash("md5").update("hello").digest("base64");
      for (const refused of [
        await chunked("AAAAAA=="),
        await plain("content-md5", createHash("md5").update("other").digest("base64")),
        await plain("x-amz-checksum-crc32", "AAAAAA=="),
        await plain("x-amz-checksum-sha256", md5),
      ])
        assert.match(`${refused.status} ${refused.body}`, /^400 .*BadDigest/s);
      const cutShort = await chunked("NhCmhg==", "4\r\nhell\r\n0\r\n");
      assert.match(`${cutShort.status} ${cutShort.body}`, /^400 .*IncompleteBody/s);
      assert.equal(await textOf("kept"), "kept");

      assert.equal((await chunked("NhCmhg==")).status, 200);
      assert.equal((await plain("content-md5", md5)).status, 200);
      assert.equal(await textOf("kept"), "hello");
    });

    const ranges: [range: string, text: string, answered: string | undefined][] = [
      ["bytes=0-0", "0", "bytes 0-0/10"],
      ["bytes=2-4", "234", "bytes 2-4/10"],
      ["bytes=7-", "789", "bytes 7-9/10"],
      ["bytes=7-99", "789", "bytes 7-9/10"],
      ["bytes=-3", "789", "bytes 7-9/10"],
      ["bytes=-30", digits, "bytes 0-9/10"],
      ["bytes=5-2", digits, undefined],
    ];
    for (const [range, text, answered] of ranges) {
      it(`gives the range ${range}`, async () => {
        const { Body, ContentRange } = await get("digits", { Range: range });
        assert.equal(await Body?.transformToString(), text);
        assert.equal(ContentRange, answered);
      });
    }

    it("has no range behind its end, and says how long it is", async () => {
      await put("empty", "");
      for (const [key, range] of [
        ["digits", "bytes=10-"],
        ["digits", "bytes=-0"],
        ["empty", "bytes=0-0"],
      ] as const) {
        const { status, headers } = await s3.raw("GET", `/${Bucket}/${key}`, { range });
        assert.equal(status, 416, `${key} ${range}`);
        assert.equal(headers["content-range"], `bytes */${key === "empty" ? 0 : 10}`);
      }
      await assert.rejects(get("digits", { Range: "bytes=10-" }), { name: "InvalidRange" });
    });

    it("is not there before it was put", async () => {
      await assert.rejects(get("nothing"), { name: "NoSuchKey" });
      await assert.rejects(head("nothing"), { name: "NotFound" });
      const Key = "digits";
      await assert.rejects(s3.client.send(new HeadObjectCommand({ Bucket: "none", Key })), {
        name: "NotFound",
      });
    });

    it("keeps its metadata, also in a copy under a key of any letters", async () => {
      const Key = `d/a b+c&'d' <ü> "影" (1).mp4`;
      const Metadata = { "thumbnail-timestamp": "00:01" };
      await put(Key, "x", { Metadata, ContentType: "video/mp4", CacheControl: "no-cache", Tagging: "a=1" });
      const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
      await s3.client.send(new CopyObjectCommand({ Bucket, Key: `${Key}+`, CopySource }));
      for (const key of [Key, `${Key}+`]) {
        const found = await head(key);
        assert.deepEqual(found.Metadata, Metadata);
        assert.equal(found.ContentType, "video/mp4");
        assert.equal(found.CacheControl, "no-cache");
      }
      assert.equal((await get(`${Key}+`)).TagCount, 1);
      const replaced = { MetadataDirective: "REPLACE", Metadata: { other: "1" } } as const;
      await s3.client.send(new CopyObjectCommand({ Bucket, Key, CopySource, ...replaced }));
      assert.deepEqual((await head(Key)).Metadata, { other: "1" });
      await assert.rejects(s3.client.send(new CopyObjectCommand({ Bucket, Key, CopySource })), {
        name: "InvalidRequest",
      });
      assert.deepEqual(
        [Key, `${Key}+`].map((key) => eventsOf(key).map(({ kind }) => kind)),
        [["ObjectCreated:Put", "ObjectCreated:Copy"], ["ObjectCreated:Copy"]],
      );
    });

    it("is one write's content, ETag and metadata, however many write and read at once", async () => {
      const write = (n: number) =>
        put("contended", String(n).repeat(100_000 + n), { Metadata: { n: String(n) } });
      await write(0);
      const mixed: unknown[] = [];
      const check = async () => {
        const { Body, ETag, Metadata } = await get("contended");
        const text = (await Body?.transformToString()) ?? "";
        const md5 = createHash("md5").update(text).digest("hex");
        if (ETag !== `"${md5}"` || Metadata?.["n"] !== text[0]) mixed.push([ETag, Metadata, text[0]]);
      };
      for (let round = 0; round < 5; round++) {
        const writes = [1, 2, 3, 4, 5].map(write);
        await Promise.all([...writes, check(), ...writes.map((written) => written.then(check))]);
      }
      assert.deepEqual(mixed, []);
    });

    it("is not there, and leaves no file, when its upload breaks off", async () => {
      const before = readdirSync(s3.directory);
      const unfinished = () => readdirSync(s3.directory).filter((file) => !before.includes(file));
      const { hostname: host, port } = s3.endpoint;
      const request = http.request({
        ...{ host, port, method: "PUT", path: `/${Bucket}/broken` },
        headers: { "content-length": 1_000_000, authorization: s3.authorization },
      });
      request.on("error", () => undefined);
      await new Promise((written) => request.write(Buffer.alloc(500_000), written));
      await until(() => unfinished().length === 1);
      request.destroy();
      await until(() => unfinished().length === 0);
      await assert.rejects(head("broken"), { name: "NotFound" });
    });

    it("is read and written by presigned URLs too", async () => {
      const presigned = (more: Record<string, string> = {}) => {
        const url = new URL(`/${Bucket}/signed`, s3.endpoint);
        const query = {
          "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
          "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD",
          "X-Amz-Credential": `${s3.door.credentials.accessKeyId}/20260101/eu-west-1/s3/aws4_request`,
          "X-Amz-Date": "20260101T000000Z",
          "X-Amz-Expires": "900",
          "X-Amz-Signature": "f".repeat(64),
          "X-Amz-SignedHeaders": "host",
          ...more,
        };
        for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
        return url;
      };
      const upload = { method: "PUT", body: "hello" };
      assert.ok((await fetch(presigned({ "x-amz-meta-a": "1" }), upload)).ok);
      assert.deepEqual((await head("signed")).Metadata, { a: "1" });
      const answer = await fetch(presigned({ "response-content-disposition": "attachment" }));
      assert.equal(answer.headers.get("content-disposition"), "attachment");
      assert.equal(await answer.text(), "hello");
    });

    it("in an archive is listed and described, and not read", async () => {
      await put("old", "x", { StorageClass: "DEEP_ARCHIVE" });
      assert.equal((await head("old")).StorageClass, "DEEP_ARCHIVE");
      const { Contents } = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: "old" }));
      assert.equal(Contents?.[0]?.StorageClass, "DEEP_ARCHIVE");
      await assert.rejects(get("old"), { name: "InvalidObjectState" });
    });

    it("stays as it is when a call is made that there is not", async () => {
      const acl = new PutObjectAclCommand({ Bucket, Key: "digits", ACL: "private" });
      await assert.rejects(s3.client.send(acl), { name: "NotImplemented" });
      assert.equal(await textOf("digits"), digits);
    });
  });

  describe("conditions", () => {
    before(() => put("conditional", "old"));

    it("are obeyed by a GET", async () => {
      const { ETag } = await head("conditional");
      assert.equal(await textOf("conditional", { IfMatch: ETag }), "old");
      await assert.rejects(get("conditional", { IfMatch: '"other"' }), { name: "PreconditionFailed" });
      assert.equal(await textOf("conditional", { IfNoneMatch: '"other"' }), "old");
      const notModified = (error: S3ServiceException) => error.$metadata.httpStatusCode === 304;
      await assert.rejects(get("conditional", { IfNoneMatch: ETag }), notModified);
      const hour = 3_600_000;
      const inAnHour = new Date(Date.now() + hour);
      await assert.rejects(get("conditional", { IfModifiedSince: inAnHour }), notModified);
      assert.equal(await textOf("conditional", { IfModifiedSince: new Date(Date.now() - hour) }), "old");
    });

    it("that spare the content leave no file open", async () => {
      const { ETag = "" } = await head("conditional");
      const open = () => readdirSync("/dev/fd").length;
      const before = open();
      for (let i = 0; i < 40; i++) {
        const answer = await s3.raw("GET", `/${Bucket}/conditional`, { "if-none-match": ETag });
        assert.equal(answer.status, 304);
      }
      assert.ok(open() < before + 20, `${before} open files before, ${open()} after`);
    });

    it("are obeyed by a PUT and a DELETE", async () => {
      const refused = { name: "PreconditionFailed" };
      await assert.rejects(put("conditional", "new", { IfNoneMatch: "*" }), refused);
      await assert.rejects(put("conditional", "new", { IfMatch: '"other"' }), refused);
      await assert.rejects(put("absent", "new", { IfMatch: '"other"' }), { name: "NoSuchKey" });
      const remove = (IfMatch: string | undefined) =>
        s3.client.send(new DeleteObjectCommand({ Bucket, Key: "conditional", IfMatch }));
      await assert.rejects(remove('"other"'), refused);
      assert.equal(await textOf("conditional"), "old");
      await remove((await head("conditional")).ETag);
      await put("conditional", "new", { IfNoneMatch: "*" });
    });

    it("let one of many that write at once win", async () => {
      const writes = Array.from({ length: 10 }, (_, n) => put("raced", String(n), { IfNoneMatch: "*" }));
      const results = await Promise.allSettled(writes);
      const winners = results.flatMap(({ status }, n) => (status === "fulfilled" ? [String(n)] : []));
      assert.deepEqual(winners, [await textOf("raced")]);
      assert.equal(eventsOf("raced").length, 1);
    });
  });

  describe("tags", () => {
    const tagsOf = async (Key: string) =>
      (await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet;
    const tag = (Key: string, TagSet: { Key: string; Value: string }[]) =>
      s3.client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }));

    it("come with the object or later, are counted in every answer, and leave the object as it is", async () => {
      await put("tagged", "x", { Tagging: "thumbnail-timestamp=00%3A05&b=" });
      const before = await head("tagged");
      assert.deepEqual(await tagsOf("tagged"), [
        { Key: "thumbnail-timestamp", Value: "00:05" },
        { Key: "b", Value: "" },
      ]);
      assert.equal(before.TagCount, 2);
      await tag("tagged", [{ Key: "ü", Value: "a + b/c=1_2.3:4@5" }]);
      assert.deepEqual(await tagsOf("tagged"), [{ Key: "ü", Value: "a + b/c=1_2.3:4@5" }]);
      const { TagCount, ETag, LastModified } = await get("tagged");
      assert.deepEqual([TagCount, ETag, LastModified], [1, before.ETag, before.LastModified]);
      await s3.client.send(new DeleteObjectTaggingCommand({ Bucket, Key: "tagged" }));
      assert.deepEqual(await tagsOf("tagged"), []);
      assert.equal((await get("tagged")).TagCount, undefined);
      assert.deepEqual(
        eventsOf("tagged").map(({ kind }) => kind),
        ["ObjectCreated:Put", "ObjectTagging:Put", "ObjectTagging:Delete"],
      );
    });

    it("are told of to nobody who may not read them", async () => {
      await put("secretly-tagged", "x", { Tagging: "a=1" });
      const accessKeyId = "A-READER";
      const roleArn = "arn:aws:iam::000000000000:role/reader";
      s3.door.admit(accessKeyId, { roleArn, sessionName: "reader", region: "eu-west-1" });
      const credentials = { ...s3.door.credentials, accessKeyId };
      const endpoint = s3.endpoint.href;
      const reader = new S3Client({ endpoint, region: "eu-west-1", credentials, forcePathStyle: true });
      const countFor = async (actions: string[]) => {
        s3.door.authorizer = ({ action }) =>
          Promise.resolve(actions.includes(action) ? undefined : "because nothing allows it");
        const { TagCount, Body } = await reader.send(
          new GetObjectCommand({ Bucket, Key: "secretly-tagged" }),
        );
        assert.equal(await Body?.transformToString(), "x");
        return TagCount;
      };
      try {
        assert.equal(await countFor(["s3:GetObject"]), undefined);
        assert.equal(await countFor(["s3:GetObject", "s3:GetObjectTagging"]), 1);
      } finally {
        s3.door.authorizer = undefined;
        reader.destroy();
      }
    });

    it("are the object's, and do not outlive it", async () => {
      await put("again", "1", { Tagging: "a=1" });
      await put("again", "2");
      assert.deepEqual(await tagsOf("again"), []);
      await tag("again", [{ Key: "a", Value: "1" }]);
      await s3.client.send(new DeleteObjectCommand({ Bucket, Key: "again" }));
      await assert.rejects(tag("again", []), { name: "NoSuchKey" });
      await put("again", "3");
      assert.deepEqual(await tagsOf("again"), []);
    });

    it("go with a copy, unless it has its own", async () => {
      await put("original", "x", { Tagging: "a=1" });
      const copy = (Key: string, more: object = {}) =>
        s3.client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/original`, ...more }));
      await copy("copy");
      assert.deepEqual(await tagsOf("copy"), [{ Key: "a", Value: "1" }]);
      await copy("other", { TaggingDirective: "REPLACE", Tagging: "b=2" });
      assert.deepEqual(await tagsOf("other"), [{ Key: "b", Value: "2" }]);
    });

    it("come with a multipart upload", async () => {
      const Key = "tagged-parts";
      const { UploadId } = await s3.client.send(
        new CreateMultipartUploadCommand({ Bucket, Key, Tagging: "a=1" }),
      );
      const part = { Bucket, Key, UploadId, PartNumber: 1, Body: "x" };
      const { ETag } = await s3.client.send(new UploadPartCommand(part));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      await s3.client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
      assert.deepEqual(await tagsOf(Key), [{ Key: "a", Value: "1" }]);
    });

    it("have letters, digits, spaces and few other characters, and no name of AWS's", async () => {
      await put("characters", "x");
      for (const [Key, Value] of [
        ["a", "25%"],
        ["a(b)", ""],
        ["aws:a", ""],
        ["a", "v".repeat(257)],
        ["k".repeat(129), ""],
        ["", "v"],
      ] as const) {
        await assert.rejects(tag("characters", [{ Key, Value }]), { name: "InvalidTag" }, `${Key}=${Value}`);
      }
      await assert.rejects(put("characters", "y", { Tagging: "a=25%25" }), { name: "InvalidTag" });
      await assert.rejects(put("characters", "y", { Tagging: "a=1&a=2" }), { name: "InvalidArgument" });
      assert.equal(await textOf("characters"), "x");
    });

    it("are at most ten, each key once", async () => {
      await put("many", "x");
      const eleven = Array.from({ length: 11 }, (_, n) => ({ Key: String(n), Value: "" }));
      await assert.rejects(tag("many", eleven), { name: "BadRequest" });
      await assert.rejects(
        tag(
          "many",
          [...Array(2).keys()].map(() => ({ Key: "a", Value: "" })),
        ),
        {
          name: "InvalidTag",
        },
      );
    });
  });

  describe("a multipart upload", () => {
    async function start(Key: string, bodies: (string | Buffer)[]) {
      const { UploadId } = await s3.client.send(
        new CreateMultipartUploadCommand({ Bucket, Key, Metadata: { a: "1" } }),
      );
      const Parts = await Promise.all(
        bodies.map(async (Body, index) => {
          const part = { Bucket, Key, UploadId, PartNumber: index + 1, Body };
          return { PartNumber: index + 1, ETag: (await s3.client.send(new UploadPartCommand(part))).ETag };
        }),
      );
      const complete = (parts = Parts) => {
        const MultipartUpload = { Parts: parts };
        return s3.client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
      };
      return { UploadId, Parts, complete };
    }

    it("becomes one object, is told of once, and leaves one file", async () => {
      const before = readdirSync(s3.directory);
      const first = Buffer.alloc(5 * 2 ** 20, "a");
      const { ETag } = await (await start("parts", [first, "end"])).complete();
      const found = await get("parts", { Range: `bytes=${first.length - 2}-` });
      assert.equal(await found.Body?.transformToString(), "aaend");
      assert.equal(found.ETag, ETag);
      assert.match(ETag ?? "", /^"[0-9a-f]{32}-2"$/);
      assert.deepEqual(found.Metadata, { a: "1" });
      assert.deepEqual(
        eventsOf("parts").map(({ kind, sizeBytes }) => ({ kind, sizeBytes })),
        [{ kind: "ObjectCreated:CompleteMultipartUpload", sizeBytes: first.length + 3 }],
      );
      await until(() => readdirSync(s3.directory).filter((file) => !before.includes(file)).length === 1);
    });

    it("is refused with a part that is too small, or another one than was uploaded", async () => {
      await assert.rejects((await start("small", ["a", "b"])).complete(), { name: "EntityTooSmall" });
      const { complete } = await start("wrong", ["a"]);
      await assert.rejects(complete([{ PartNumber: 1, ETag: '"other"' }]), { name: "InvalidPart" });
      await assert.rejects(head("wrong"), { name: "NotFound" });
    });

    it("is gone when it is aborted", async () => {
      const { UploadId, complete } = await start("aborted", ["a"]);
      await s3.client.send(new AbortMultipartUploadCommand({ Bucket, Key: "aborted", UploadId }));
      await assert.rejects(complete(), { name: "NoSuchUpload" });
    });
  });
});
