import assert from "node:assert/strict";
import {
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { CORSRule } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import type { PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import fc from "fast-check";
import { Bucket, TestS3 } from "../testS3";

const key = "uploads/cat.mp4";

describe("The local S3, called by a browser's form", () => {
  let s3: TestS3;
  before(async () => {
    s3 = new TestS3();
    await s3.start();
  });
  after(() => {
    s3.stop();
  });
  beforeEach(() => (s3.events.length = 0));

  /** A form as a server gives it to a page. */
  function presigned(
    conditions: PresignedPostOptions["Conditions"] = [],
    fields: Record<string, string> = {},
    seconds = 60,
  ) {
    return createPresignedPost(s3.client, {
      Bucket,
      Key: key,
      Conditions: conditions,
      Fields: fields,
      Expires: seconds,
    });
  }

  /** Sends a form as a browser does, and gives the answer's status and error code. */
  async function send(
    { url, fields }: { url: string; fields: Record<string, string> },
    content: string | Uint8Array<ArrayBuffer> = "content",
    headers: Record<string, string> = {},
  ) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", new Blob([content]), "ü.mp4");
    const response = await fetch(url, { method: "POST", body: form, headers });
    const text = await response.text();
    const [, code = ""] = /<Code>(\w+)<\/Code>/.exec(text) ?? [];
    const [, message = ""] = /<Message>(.*)<\/Message>/.exec(text) ?? [];
    return { status: response.status, code, message, text, headers: response.headers };
  }

  const get = async () => {
    const { Body, ...told } = await s3.client.send(new GetObjectCommand({ Bucket, Key: key }));
    return { ...told, content: Buffer.from((await Body?.transformToByteArray()) ?? []) };
  };

  it("puts an object with its content type and metadata, and tells of it as S3 does", async () => {
    const fields = { "Content-Type": "video/mp4", "x-amz-meta-thumbnail-timestamp": "01:30" };
    const { status } = await send(await presigned([], fields));
    assert.equal(status, 204);
    const { content, ContentType, Metadata, ETag } = await get();
    assert.deepEqual([content.toString(), ContentType], ["content", "video/mp4"]);
    assert.deepEqual(Metadata, { "thumbnail-timestamp": "01:30" });
    assert.deepEqual(
      s3.events.map(({ kind, sizeBytes, eTag }) => [kind, sizeBytes, `"${eTag ?? ""}"`]),
      [["ObjectCreated:Post", 7, ETag]],
    );
  });

  it("answers as the form asks", async () => {
    for (const wanted of ["200", "201", "204"]) {
      const { status, text } = await send(await presigned([], { success_action_status: wanted }));
      assert.equal(String(status), wanted);
      if (wanted === "201") assert.match(text, /<PostResponse>.*<Key>uploads\/cat\.mp4<\/Key>/s);
    }
  });

  it("takes every content as it is, also what looks like a form, in whatever pieces it comes", async () => {
    const boundary = "----x";
    const { url, fields } = await presigned();
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
        fc
          .constantFrom(...["\r\n", "--", "\r\n--", "\r\n----", "\r\n------y\r\n", "\r\n--", "\n"])
          .map((text) => Buffer.from(text)),
      ),
    );
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 64 }), async (parts, size) => {
        const content = Buffer.concat(parts);
        fc.pre(!content.includes(`\r\n--${boundary}`));
        const head = Object.entries(fields)
          .map(
            ([name, value]) =>
              `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
          )
          .join("");
        const body = Buffer.concat([
          Buffer.from(
            `${head}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n`,
          ),
          content,
          Buffer.from(`\r\n--${boundary}--\r\n`),
        ]);
        const stream = new ReadableStream<Uint8Array>({
          start(controller) {
            for (let at = 0; at < body.length; at += size * 16)
              controller.enqueue(body.subarray(at, at + size * 16));
            controller.close();
          },
        });
        const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
        const init = { method: "POST", headers, body: stream, duplex: "half" } as RequestInit;
        const response = await fetch(url, init);
        assert.equal(response.status, 204, await response.text());
        assert.deepEqual((await get()).content, content);
      }),
      { numRuns: 50 },
    );
  });

  it("refuses what the policy does not allow, and stores nothing of it", async () => {
    const before = await s3.client.send(new ListObjectsV2Command({ Bucket }));
    const { url, fields } = await presigned([
      ["content-length-range", 2, 10],
      ["starts-with", "$Content-Type", "video/"],
    ]);
    const video = { ...fields, "Content-Type": "video/mp4" };
    for (const [name, changed, content, code, message] of [
      [
        "another key",
        { ...video, key: "uploads/dog.mp4" },
        "content",
        "AccessDenied",
        /"\$key","uploads\/cat\.mp4"/,
      ],
      [
        "another type",
        { ...fields, "Content-Type": "text/html" },
        "content",
        "AccessDenied",
        /"\$content-type","video\/"/,
      ],
      ["no type", fields, "content", "AccessDenied", /\$content-type/],
      [
        "metadata",
        { ...video, "x-amz-meta-a": "b" },
        "content",
        "AccessDenied",
        /Extra input fields: x-amz-meta-a/,
      ],
      [
        "another bucket",
        { ...video, bucket: "other" },
        "content",
        "AccessDenied",
        /Bucket names do not match/,
      ],
      ["too large a file", video, "x".repeat(11), "EntityTooLarge", /exceeds the maximum/],
      ["a far too large file", video, "x".repeat(5_000_000), "EntityTooLarge", /exceeds the maximum/],
      ["too small a file", video, "x", "EntityTooSmall", /smaller than the minimum/],
    ] as const) {
      const answer = await send({ url, fields: changed }, content);
      assert.equal(answer.code, code, name);
      assert.match(answer.message.replaceAll("&quot;", '"'), message, name);
    }
    assert.deepEqual(s3.events, []);
    const after = await s3.client.send(new ListObjectsV2Command({ Bucket }));
    assert.deepEqual(after.Contents, before.Contents);
    assert.equal((await send({ url, fields: video }, "x".repeat(10))).status, 204);
  });

  it("refuses a policy that is not signed so, by a key that it knows, and in time", async () => {
    const { url, fields } = await presigned();
    const policy = Buffer.from(fields["Policy"] ?? "", "base64").toString();
    const other = Buffer.from(policy.replace(key, "thumb/cat.png")).toString("base64");
    for (const [changed, code] of [
      [{ Policy: other, key: "thumb/cat.png" }, "SignatureDoesNotMatch"],
      [{ "X-Amz-Signature": "0".repeat(64) }, "SignatureDoesNotMatch"],
      [{ "X-Amz-Signature": "" }, "SignatureDoesNotMatch"],
      [
        { "X-Amz-Credential": fields["X-Amz-Credential"]?.replace("LOCAL", "OTHER") ?? "" },
        "InvalidAccessKeyId",
      ],
      [
        { "X-Amz-Credential": fields["X-Amz-Credential"]?.replace("/s3/", "/sqs/") ?? "" },
        "SignatureDoesNotMatch",
      ],
    ] as const)
      assert.equal(
        (await send({ url, fields: { ...fields, ...changed } })).code,
        code,
        JSON.stringify(changed),
      );
    const unsigned = await send({ url, fields: { key: "thumb/cat.png" } });
    assert.equal(unsigned.code, "InvalidAccessKeyId");
    const late = await send(await presigned([], {}, -1));
    assert.deepEqual(
      [late.code, late.message],
      ["AccessDenied", "Invalid according to Policy: Policy expired."],
    );
    assert.deepEqual(s3.events, []);
  });

  it("says what it does not have, and what is no form", async () => {
    assert.equal((await send(await presigned([], { acl: "public-read" }))).code, "NotImplemented");
    const { url } = await presigned();
    for (const [body, type] of [
      ["x", "multipart/form-data; boundary=b"],
      ["--b\r\n\r\n", "multipart/form-data; boundary=b"],
      ["--b\r\nContent-Disposition: form-data\r\n\r\n", "multipart/form-data; boundary=b"],
      ["--b--", "multipart/form-data"],
      [
        `--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n${"x".repeat(30_000)}`,
        "multipart/form-data; boundary=b",
      ],
    ] as const) {
      const response = await fetch(url, { method: "POST", headers: { "content-type": type }, body });
      assert.match(await response.text(), /<Code>MalformedPOSTRequest</, body);
    }
  });

  it("needs the right to put the object, of whoever has signed it", async () => {
    const asked: string[] = [];
    const { door } = s3;
    door.admit("LOCALSESSION", {
      roleArn: "arn:aws:iam::000000000000:role/site",
      sessionName: "site",
      region: "eu-west-1",
    });
    door.authorizer = ({ action, resource }) => {
      asked.push(`${action} ${resource}`);
      return Promise.resolve("no policy allows it");
    };
    const session = { ...door.credentials, accessKeyId: "LOCALSESSION" };
    const site = new S3Client({ endpoint: s3.endpoint.href, region: "eu-west-1", credentials: session });
    try {
      const form = await createPresignedPost(site, { Bucket, Key: key });
      const { code } = await send(form);
      assert.equal(code, "AccessDenied");
      assert.deepEqual(asked, [`s3:PutObject arn:aws:s3:::${Bucket}/${key}`]);
    } finally {
      door.authorizer = undefined;
      site.destroy();
    }
  });

  describe("on a web page", () => {
    const origin = "https://www.example.com";
    const put = (...CORSRules: CORSRule[]) =>
      s3.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    const preflight = async (method: string, from = origin, asked = "") => {
      const headers = {
        origin: from,
        "access-control-request-method": method,
        ...(asked !== "" && { "access-control-request-headers": asked }),
      };
      const { status, headers: told } = await s3.raw("OPTIONS", `/${Bucket}`, headers);
      return status === 200 ? told : status;
    };
    afterEach(() => s3.client.send(new DeleteBucketCorsCommand({ Bucket })));

    it("is refused as long as the bucket has no rule for the page, with nothing of it stored", async () => {
      assert.equal(await preflight("POST"), 403);
      await put({ AllowedOrigins: ["https://other.example"], AllowedMethods: ["POST"] });
      assert.equal(await preflight("POST"), 403);
      assert.equal((await send(await presigned(), "content", { origin })).status, 403);
      assert.deepEqual(s3.events, []);
    });

    it("is let in by the bucket's rule, which the answer tells the browser, also with an error", async () => {
      await put({
        AllowedOrigins: [origin],
        AllowedMethods: ["POST"],
        ExposeHeaders: ["ETag"],
        MaxAgeSeconds: 60,
      });
      const told = await preflight("POST");
      assert.ok(typeof told === "object");
      assert.equal(told["access-control-allow-origin"], origin);
      assert.equal(told["access-control-allow-methods"], "POST");
      assert.equal(told["access-control-max-age"], "60");
      for (const [form, status] of [
        [await presigned(), 204],
        [await presigned([["content-length-range", 0, 1]]), 400],
      ] as const) {
        const answer = await send(form, "content", { origin });
        assert.equal(answer.status, status);
        assert.equal(answer.headers.get("access-control-allow-origin"), origin);
        assert.equal(answer.headers.get("access-control-expose-headers"), "ETag");
      }
    });

    it("is let in by patterns of origins and headers, and for the methods that are named alone", async () => {
      await put({
        AllowedOrigins: ["https://*.example.com"],
        AllowedMethods: ["PUT"],
        AllowedHeaders: ["x-amz-*"],
      });
      assert.equal(typeof (await preflight("PUT", origin, "X-Amz-Date, x-amz-meta-a")), "object");
      assert.equal(await preflight("PUT", origin, "authorization"), 403);
      assert.equal(await preflight("POST"), 403);
      assert.equal(await preflight("PUT", "https://example.com.evil.example"), 403);
    });

    it("is let in by rules that are read back as they were put", async () => {
      const rules: CORSRule[] = [
        { ID: "site", AllowedOrigins: [origin], AllowedMethods: ["POST"], MaxAgeSeconds: 3000 },
        { AllowedOrigins: ["*"], AllowedMethods: ["GET", "HEAD"], AllowedHeaders: ["*"] },
      ];
      await put(...rules);
      const { CORSRules } = await s3.client.send(new GetBucketCorsCommand({ Bucket }));
      assert.deepEqual(CORSRules, rules);
      await s3.client.send(new DeleteBucketCorsCommand({ Bucket }));
      await assert.rejects(s3.client.send(new GetBucketCorsCommand({ Bucket })), {
        name: "NoSuchCORSConfiguration",
      });
    });

    it("is not let in without what was signed for it", async () => {
      await put({ AllowedOrigins: [origin], AllowedMethods: ["POST", "GET"] });
      const { fields, url } = await presigned();
      const signature = ([name]: [string, string]) => name === "X-Amz-Signature";
      const unsigned = Object.fromEntries(Object.entries(fields).filter((field) => !signature(field)));
      assert.equal((await send({ url, fields: unsigned }, "content", { origin })).status, 403);
      const response = await fetch(`${s3.endpoint.href}${Bucket}/${key}`, { headers: { origin } });
      assert.equal(response.status, 403);
      await s3.client.send(new HeadObjectCommand({ Bucket, Key: key }));
    });
  });
});
