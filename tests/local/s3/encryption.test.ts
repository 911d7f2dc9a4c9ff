import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { AccessRequest } from "../../../local/services/authorizer";
import { Bucket, TestS3 } from "../testS3";

const keyArn = "arn:aws:kms:eu-west-1:111122223333:key/customers";
const otherKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/other";
const asked = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyArn, BucketKeyEnabled: true } as const;
const md5 = (text: string) => `"${createHash("md5").update(text).digest("hex")}"`;

describe("The local S3, with keys of KMS's", () => {
  const s3 = new TestS3();
  let role: S3Client;
  let judged: AccessRequest[] = [];
  /** The actions, such as `kms:Decrypt`, that nobody may do. */
  let denied: string[] = [];

  before(async () => {
    await s3.start();
    s3.door.authorizer = (request) => {
      judged.push(request);
      const isDenied = denied.includes(request.action);
      return Promise.resolve(isDenied ? "because no identity-based policy allows it" : undefined);
    };
    const roleArn = "arn:aws:iam::000000000000:role/task";
    s3.door.admit("ROLE", { roleArn, sessionName: "a-task", region: "eu-west-1" });
    role = new S3Client({
      endpoint: s3.endpoint.origin,
      region: "eu-west-1",
      credentials: { ...s3.door.credentials, accessKeyId: "ROLE" },
      maxAttempts: 1,
    });
  });
  after(() => {
    role.destroy();
    s3.stop();
  });
  beforeEach(() => {
    s3.encrypt(undefined);
    judged = [];
    denied = [];
  });

  const uses = () =>
    judged
      .filter(({ action }) => action.startsWith("kms:"))
      .map(({ action, resource, context }) => [
        action,
        resource,
        context["kms:ViaService"],
        context["kms:EncryptionContext:aws:s3:arn"],
      ]);
  const via = "s3.eu-west-1.amazonaws.com";
  const arn = `arn:aws:s3:::${Bucket}`;
  const put = (Key: string, more: object = {}) =>
    role.send(new PutObjectCommand({ Bucket, Key, Body: "hello", ...more }));

  it("encrypts what asks for a key, asks for the right to it, and tells of it with an ETag that is no MD5", async () => {
    const { ETag, ...answer } = await put("asked", asked);
    assert.deepEqual(
      [answer.ServerSideEncryption, answer.SSEKMSKeyId, answer.BucketKeyEnabled],
      ["aws:kms", keyArn, true],
    );
    assert.notEqual(ETag, md5("hello"));
    assert.deepEqual(uses(), [["kms:GenerateDataKey", keyArn, via, arn]]);
    await put("asked", { ...asked, BucketKeyEnabled: undefined, IfMatch: ETag });
    assert.deepEqual(uses()[1], ["kms:GenerateDataKey", keyArn, via, `${arn}/asked`]);
  });

  it("encrypts what says nothing as its bucket does by default, and nothing that asks for S3's own keys", async () => {
    s3.encrypt({ keyArn: otherKeyArn, hasBucketKey: true });
    assert.equal((await put("default")).SSEKMSKeyId, otherKeyArn);
    assert.equal((await put("own", { ServerSideEncryption: "AES256" })).ETag, md5("hello"));
    assert.equal(uses().length, 1);
  });

  it("gives the content, or the checksum, to who may decrypt, and all else to who may read", async () => {
    const ChecksumSHA256 = createHash("sha256").update("hello").digest("base64");
    await put("checked", { ...asked, ChecksumSHA256 });
    denied = ["kms:Decrypt"];
    const head = await role.send(new HeadObjectCommand({ Bucket, Key: "checked" }));
    assert.deepEqual([head.SSEKMSKeyId, head.ContentLength], [keyArn, 5]);
    await assert.rejects(role.send(new GetObjectCommand({ Bucket, Key: "checked" })), (error: Error) => {
      assert.equal(error.name, "AccessDenied");
      assert.match(
        error.message,
        /^User: arn:aws:sts::000000000000:assumed-role\/task\/a-task is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:111122223333:key\/customers because/,
      );
      return true;
    });
    const withChecksum = new HeadObjectCommand({ Bucket, Key: "checked", ChecksumMode: "ENABLED" });
    await assert.rejects(
      role.send(withChecksum),
      (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode === 403,
    );
    denied = [];
    assert.equal((await role.send(withChecksum)).ChecksumSHA256, ChecksumSHA256);
  });

  it("stores nothing for who may not use the key", async () => {
    denied = ["kms:GenerateDataKey"];
    await assert.rejects(put("refused", asked), { name: "AccessDenied" });
    await assert.rejects(s3.client.send(new HeadObjectCommand({ Bucket, Key: "refused" })), {
      name: "NotFound",
    });
  });

  it("asks who uploads in parts for both rights, and keeps the key for the whole", async () => {
    const to = { Bucket, Key: "parts" };
    const { UploadId, SSEKMSKeyId } = await role.send(new CreateMultipartUploadCommand({ ...to, ...asked }));
    assert.equal(SSEKMSKeyId, keyArn);
    const part = { ...to, UploadId, PartNumber: 1 };
    const { ETag } = await role.send(new UploadPartCommand({ ...part, Body: "hello" }));
    await role.send(
      new CompleteMultipartUploadCommand({
        ...to,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
    assert.deepEqual(
      new Set(uses().map(([action]) => action)),
      new Set(["kms:GenerateDataKey", "kms:Decrypt"]),
    );
    assert.equal((await role.send(new HeadObjectCommand(to))).SSEKMSKeyId, keyArn);
  });

  it("asks who copies for the source's key and for the copy's", async () => {
    await put("source", asked);
    judged = [];
    await role.send(
      new CopyObjectCommand({
        Bucket,
        Key: "copy",
        CopySource: `${Bucket}/source`,
        ServerSideEncryption: "aws:kms",
        SSEKMSKeyId: otherKeyArn,
      }),
    );
    assert.deepEqual(
      uses().map(([action, key]) => [action, key]),
      [
        ["kms:Decrypt", keyArn],
        ["kms:GenerateDataKey", otherKeyArn],
      ],
    );
  });
});
