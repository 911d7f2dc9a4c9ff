import assert from "node:assert/strict";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { AccessRequest } from "../../../local/services/authorizer";
import { ReplacedVideoError } from "../../../worker/errors";
import { ObjectPlace } from "../../../worker/storing/objectPlace";
import { Bucket } from "../../local/testS3";
import { MakingStage, never } from "../making/stage";

const keyArn = "arn:aws:kms:eu-west-1:111122223333:key/customers";
const picture = {
  content: Buffer.from("a picture"),
  contentType: "image/png",
  metadata: { "video-key": "a.mp4" },
};

describe("worker: an object that is stored", () => {
  const stage = new MakingStage();
  /** Whether the answer to the next PUT gets lost, once S3 has taken it. */
  let losesAnswer = false;
  let judged: AccessRequest[] = [];

  before(async () => {
    await stage.start(async (request, next) => {
      await next();
      if (!losesAnswer || request.method !== "PUT") return;
      losesAnswer = false;
      request.res.destroy();
    });
    const roleArn = "arn:aws:iam::000000000000:role/task";
    stage.s3.door.admit(stage.s3.door.credentials.accessKeyId, {
      roleArn,
      sessionName: "a-task",
      region: "eu-west-1",
    });
  });
  after(() => {
    stage.stop();
  });
  beforeEach(() => {
    stage.s3.encrypt(undefined);
    stage.asked.length = 0;
    judged = [];
    stage.s3.door.authorizer = (request) => {
      judged.push(request);
      return Promise.resolve(undefined);
    };
  });

  const address = (Key: string) => ({ Bucket, Key });
  const head = (Key: string) => stage.workersS3.send(new HeadObjectCommand(address(Key)));
  const look = (Key: string, kmsKeyArn?: string) =>
    ObjectPlace.look({ s3: stage.workersS3, kmsKeyArn }, address(Key), never);
  const heads = (key: string) => stage.asked.filter((one) => one === `HEAD ${key}`).length;

  it("is encrypted with the key that the worker is told, by a key of the bucket's", async () => {
    await (await look("with-key", keyArn)).store(picture, never);
    const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled } = await head("with-key");
    assert.deepEqual([ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled], ["aws:kms", keyArn, true]);
  });

  it("is encrypted as its bucket does it, where the worker is told no key", async () => {
    await (await look("without-key")).store(picture, never);
    assert.equal((await head("without-key")).SSEKMSKeyId, undefined);
  });

  for (const [what, kmsKeyArn, looks] of [
    ["S3's own keys", undefined, 2],
    ["a key of KMS's, whose ETag is no MD5", keyArn, 3],
  ] as const)
    it(`is known to be there when the answer got lost, with ${what}`, async () => {
      const key = `lost-${looks}`;
      const place = await look(key, kmsKeyArn);
      losesAnswer = true;
      await place.store(picture, never);
      assert.equal(heads(key), looks);
      assert.equal(place.eTag, (await head(key)).ETag);
      // The place is known so well that what stands there can be replaced.
      await place.store({ ...picture, content: Buffer.from("another picture") }, never);
    });

  for (const [what, other] of [
    ["other content", { Body: "another picture", Metadata: picture.metadata }],
    ["other metadata", { Body: picture.content, Metadata: { "video-key": "b.mp4" } }],
  ] as const)
    it(`is not taken for another worker's with ${what}, under a key of KMS's`, async () => {
      stage.s3.encrypt({ keyArn, hasBucketKey: true });
      const place = await look(what);
      await stage.s3.client.send(new PutObjectCommand({ ...address(what), ...other }));
      await assert.rejects(place.store(picture, never), ReplacedVideoError);
    });

  it("is stored once more by a worker that may not decrypt with the bucket's key, and so hears of no checksum", async () => {
    stage.s3.encrypt({ keyArn, hasBucketKey: true });
    stage.s3.door.authorizer = ({ action }) =>
      Promise.resolve(action === "kms:Decrypt" ? "because nothing allows it" : undefined);
    const place = await look("not-decrypted");
    losesAnswer = true;
    await assert.rejects(place.store(picture, never), ReplacedVideoError);
    await (await place.again(never)).store(picture, never);
  });

  it("asks for no right to decrypt as long as no answer gets lost", async () => {
    await (await look("plain", keyArn)).store(picture, never);
    await (await look("plain", keyArn)).clear(never);
    assert.deepEqual(
      judged.map(({ action }) => action).filter((action) => action.startsWith("kms:")),
      ["kms:GenerateDataKey"],
    );
  });
});
