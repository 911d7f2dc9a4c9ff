import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";
import { explainReason } from "../../../contract/failureReasons";
import { UnusableVideoError } from "../../../worker/errors";
import { S3Source } from "../../../worker/source/s3Source";

/** S3's words, from its documentation and its answers. */
const refusals: [what: string, status: number, body: string, reason: RegExp | undefined][] = [
  [
    "an archived object",
    403,
    "<Code>InvalidObjectState</Code><Message>The operation is not valid for the object's storage class</Message><StorageClass>GLACIER</StorageClass>",
    /^archived: s3:\/\/videos\/a\.mp4 is in GLACIER, and not restored$/,
  ],
  [
    "an object in an archive tier",
    403,
    "<Code>InvalidObjectState</Code><Message>The operation is not valid for the object's access tier</Message><StorageClass>INTELLIGENT_TIERING</StorageClass><AccessTier>DEEP_ARCHIVE_ACCESS</AccessTier>",
    /^archived: .* is in DEEP_ARCHIVE_ACCESS, /,
  ],
  [
    "an object with its uploader's own key",
    400,
    "<Code>InvalidRequest</Code><Message>The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.</Message>",
    /^encrypted with a key of the uploader's: /,
  ],
  [
    "an object with a key of KMS's that the worker may not use",
    403,
    "<Code>AccessDenied</Code><Message>User: arn:aws:sts::111122223333:assumed-role/task/1 is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:444455556666:key/1 because no identity-based policy allows the kms:Decrypt action</Message>",
    /^encrypted with a KMS key that can not be used: s3:\/\/videos\/a\.mp4: the role task needs kms:Decrypt on arn:aws:kms:eu-west-1:444455556666:key\/1 \(AccessDenied: User: .* because no identity-based policy/,
  ],
  [
    "an object with another account's key, of which KMS says little",
    403,
    "<Code>AccessDenied</Code><Message>The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.</Message>",
    /^encrypted with a KMS key that can not be used: s3:\/\/videos\/a\.mp4 \(AccessDenied: The ciphertext refers/,
  ],
  [
    "an object with a disabled key",
    400,
    "<Code>KMS.DisabledException</Code><Message>arn:aws:kms:eu-west-1:111122223333:key/1 is disabled.</Message>",
    /^encrypted with a KMS key that can not be used: .*is disabled/,
  ],
  [
    "any other object that may not be read",
    403,
    "<Code>AccessDenied</Code><Message>Access Denied</Message>",
    undefined,
  ],
  [
    "a right of S3's that is missing",
    403,
    "<Code>AccessDenied</Code><Message>User: arn:aws:sts::111122223333:assumed-role/task/1 is not authorized to perform: s3:GetObject on resource: &quot;arn:aws:s3:::videos/a.mp4&quot; because no identity-based policy allows the s3:GetObject action</Message>",
    undefined,
  ],
  [
    "any other invalid request",
    400,
    "<Code>InvalidRequest</Code><Message>Missing required header</Message>",
    undefined,
  ],
  ["a busy KMS", 503, "<Code>KMS.ThrottlingException</Code><Message>Rate exceeded</Message>", undefined],
];

describe("worker: what S3 refuses to give", () => {
  let server: Server;
  let s3: S3Client;
  let answer: { status: number; body: string };
  before(async () => {
    server = createServer((_request, response) => {
      response
        .writeHead(answer.status, { "content-type": "application/xml" })
        .end(`<?xml version="1.0" encoding="UTF-8"?><Error>${answer.body}<RequestId>1</RequestId></Error>`);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    s3 = new S3Client({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "eu-west-1",
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
  });
  after(() => {
    s3.destroy();
    server.close();
    server.closeAllConnections();
  });

  for (const [what, status, body, reason] of refusals) {
    it(`${what} ${reason === undefined ? "may be readable at the next try" : "is put aside at once, with a reason of its own"}`, async () => {
      answer = { status, body };
      const read = new S3Source(s3, "videos", "a.mp4").read(
        { start: 0, end: 1 },
        undefined,
        new AbortController().signal,
      );
      await assert.rejects(read, (error: Error) => {
        assert.equal(error instanceof UnusableVideoError, reason !== undefined, error.message);
        if (reason === undefined) return true;
        assert.match(error.message, reason);
        assert.ok(explainReason(error.message) !== undefined);
        return true;
      });
    });
  }
});
