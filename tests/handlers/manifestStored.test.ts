import assert from "node:assert/strict";
import { Readable } from "node:stream";
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  S3Client,
  S3ServiceException,
  type GetObjectCommandOutput,
} from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { onThumbnailCreated } from "../../handlers/onThumbnailCreated";
import { making, ready } from "../contract/manifests";
import { tellingEnvironment } from "./environments";
import { content, createdEvent, createdRecord, logOf } from "./lambda";

describe("onThumbnailCreated, of a manifest", () => {
  const clients = { s3: new S3Client({}), sns: new SNSClient({}) };
  const s3 = mockClient(clients.s3);
  const sns = mockClient(clients.sns);
  const env = { ...tellingEnvironment, EXTRAS_PREFIX: "extras/" };
  const handler = onThumbnailCreated(env, clients);
  const key = "extras/dir/cat.mp4/manifest.json";

  beforeEach(() => {
    s3.reset();
    sns.reset();
    sns.on(PublishCommand).resolves({});
  });

  const stored = (value: unknown) =>
    s3.on(GetObjectCommand, { Bucket: "videos", Key: key }).resolves(content(JSON.stringify(value)));
  const isTold = (encodedKey = key) =>
    logOf(() => handler(createdEvent(createdRecord(encodedKey)))).then((log) => log.join("\n"));
  const published = () => sns.commandCalls(PublishCommand).map(({ args: [{ input }] }) => input);

  it("tells the topic of all that the manifest holds, under a type of its own", async () => {
    stored(ready);
    const log = await isTold();
    const [{ TopicArn, Message = "", MessageAttributes } = {}, ...others] = published();
    assert.deepEqual(others, []);
    assert.equal(TopicArn, env.THUMBNAIL_TOPIC_ARN);
    assert.deepEqual(JSON.parse(Message), { type: "outputs-ready", ...ready });
    assert.deepEqual(MessageAttributes, { type: { DataType: "String", StringValue: "outputs-ready" } });
    assert.match(log, /"event":"outputs-ready".*"videoKey":"dir\/cat\.mp4","outputs":3/);
    assert.doesNotMatch(log, /A new thumbnail file/);
    assert.equal(s3.commandCalls(HeadObjectCommand).length, 0);
  });

  for (const [what, value, said] of [
    ["whose outputs are being made", making, /outputs-making/],
    ["that somebody else has written", { hello: "world" }, /manifest-ignored.*it\.version is not one of 1/],
    [
      "of another video",
      { ...ready, video: { ...ready.video, key: "dog.mp4" } },
      /manifest-ignored.*dog\.mp4/,
    ],
    [
      "that names other objects of the bucket",
      { ...ready, outputs: [{ ...ready.outputs[0], key: "secret.mp4" }] },
      /manifest-ignored.*not of its video/,
    ],
  ] as const) {
    it(`tells nobody of one ${what}, and the log why`, async () => {
      stored(value);
      assert.match(await isTold(), said);
      assert.deepEqual(published(), []);
    });
  }

  it("tells nobody of one that is gone", async () => {
    s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: "gone", $metadata: { httpStatusCode: 404 } }));
    assert.match(await isTold(), /"event":"manifest-gone"/);
    assert.deepEqual(published(), []);
  });

  for (const name of ["InvalidObjectState", "InvalidRequest"])
    it(`tells nobody of one that S3 does not give, whoever put it there so (${name})`, async () => {
      const error = { name, $fault: "client" as const, $metadata: { httpStatusCode: 403 } };
      s3.on(GetObjectCommand).rejects(new S3ServiceException(error));
      assert.match(await isTold(), new RegExp(`manifest-ignored.*S3 does not give it \\(${name}\\)`));
      assert.deepEqual(published(), []);
    });

  it("reads no file that is too large to be a manifest", async () => {
    const body = new Readable({ read: () => assert.fail("it is read") });
    const Body = body as unknown as GetObjectCommandOutput["Body"];
    s3.on(GetObjectCommand).resolves({ Body, ContentLength: 5 * 1024 ** 3 });
    assert.match(await isTold(), /manifest-ignored.*it has 5368709120 bytes/);
    assert.ok(body.destroyed, "the connection would stay in use");
    assert.deepEqual(published(), []);
  });

  it("publishes no more than SNS takes", async () => {
    const bare = Buffer.byteLength(JSON.stringify({ ...ready, askedFor: "" }));
    for (const [bytes, messages] of [
      [261_000, 1],
      [256 * 1024, 0],
    ] as const) {
      sns.resetHistory();
      stored({ ...ready, askedFor: "x".repeat(bytes - bare) });
      assert.equal((await isTold()).includes("SNS takes no message"), messages === 0);
      assert.equal(published().length, messages);
    }
  });

  it("takes no other extra for a manifest or a thumbnail", async () => {
    for (const other of ["extras/manifest.json", "extras/cat.mp4/preview.webp", "extras/x.png"])
      assert.match(await isTold(other), /manifest-ignored.*it is of no video/);
    assert.deepEqual([published(), s3.calls().length], [[], 0]);
  });

  it("fails when S3 does, so that the event comes again", async () => {
    s3.on(GetObjectCommand).rejects(new Error("S3 is slow"));
    await logOf(() => assert.rejects(handler(createdEvent(createdRecord(key))), /S3 is slow/));
  });
});
