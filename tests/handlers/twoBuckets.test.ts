import assert from "node:assert/strict";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  S3Client,
} from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { onThumbnailCreated } from "../../handlers/onThumbnailCreated";
import { onVideoRemoved, settledFirst } from "../../handlers/onVideoRemoved";
import { ready } from "../contract/manifests";
import { problems } from "../contract/schemas";
import { settlingEnvironment, tellingEnvironment } from "./environments";
import { content, createdEvent, createdRecord, logOf } from "./lambda";

const uploadedAt = new Date("2026-01-02T03:04:05Z");
const told = { "video-key": "dir%2Fcat.mp4", "video-last-modified": "2026-01-02T03:04:05Z" };

describe("The Lambdas, with outputs in another bucket than the videos", () => {
  const clients = { s3: new S3Client({}), sns: new SNSClient({}), sqs: new SQSClient({}) };
  const s3 = mockClient(clients.s3);
  const sns = mockClient(clients.sns);
  const sqs = mockClient(clients.sqs);
  const buckets = { VIDEO_BUCKET: "videos", OUTPUT_BUCKET: "pictures" };
  const settling = { ...settlingEnvironment, ...buckets, MAKES_EXTRAS: "true" };
  const telling = { ...tellingEnvironment, ...buckets, EXTRAS_PREFIX: "extras/" };
  const folder = "extras/dir/cat.mp4/";
  const manifest = { ...ready, bucket: "pictures", video: { ...ready.video, bucket: "videos" } };

  /** What the two buckets have, as `BUCKET/KEY`. */
  let objects: Map<string, { metadata?: Record<string, string>; text?: string }>;

  beforeEach(() => {
    objects = new Map();
    for (const mock of [s3, sns, sqs]) mock.reset();
    sns.on(PublishCommand).resolves({});
    sqs.on(SendMessageCommand).resolves({});
    const $metadata = { httpStatusCode: 404 };
    s3.on(HeadObjectCommand).callsFake(({ Bucket, Key }: { Bucket: string; Key: string }) => {
      const object = objects.get(`${Bucket}/${Key}`);
      if (object === undefined) throw new NotFound({ message: "", $metadata });
      return { ETag: `"of ${Key}"`, Metadata: object.metadata ?? {} };
    });
    s3.on(GetObjectCommand).callsFake(({ Bucket, Key }: { Bucket: string; Key: string }) => {
      const text = objects.get(`${Bucket}/${Key}`)?.text;
      if (text === undefined) throw new NoSuchKey({ message: "", $metadata });
      return content(text);
    });
    s3.on(ListObjectsV2Command).callsFake(({ Bucket, Prefix }: { Bucket: string; Prefix: string }) => ({
      Contents: [...objects.keys()]
        .sort()
        .filter((name) => name.startsWith(`${Bucket}/${Prefix}`))
        .map((name) => name.slice(Bucket.length + 1))
        .map((Key) => ({ Key, ETag: `"of ${Key}"`, LastModified: uploadedAt, Size: 5 })),
    }));
    s3.on(DeleteObjectCommand).callsFake(({ Bucket, Key }: { Bucket: string; Key: string }) => {
      objects.delete(`${Bucket}/${Key}`);
      return {};
    });
  });

  /** A video's outputs, and the video. */
  function outputs(): void {
    objects.set("pictures/thumb/dir/cat.png", { metadata: told });
    objects.set(`pictures/${folder}manifest.json`, { text: JSON.stringify(manifest) });
    for (const { key, kind } of manifest.outputs)
      if (kind !== "thumbnail") objects.set(`pictures/${key}`, {});
  }
  const video = () => objects.set("videos/dir/cat.mp4", {});
  const from = (bucket: string, key: string) => {
    const record = createdRecord(key);
    return createdEvent({ ...record, s3: { ...record.s3, bucket: { ...record.s3.bucket, name: bucket } } });
  };
  const isRemoved = (key = "dir/cat.mp4", env: Record<string, string> = settling) =>
    logOf(() => onVideoRemoved(env, clients)(from("videos", key)));
  const isStored = (key: string, bucket = "pictures", env: Record<string, string> = settling) =>
    logOf(() => settledFirst(env, () => Promise.resolve(), clients)(from(bucket, key)));
  const isTold = (key: string) => logOf(() => onThumbnailCreated(telling, clients)(from("pictures", key)));
  const deleted = () =>
    s3.commandCalls(DeleteObjectCommand).map(({ args: [{ input }] }) => `${input.Bucket}/${input.Key}`);
  const queued = () =>
    sqs
      .commandCalls(SendMessageCommand)
      .map(({ args: [{ input }] }) => JSON.parse(input.MessageBody!) as { bucket: string; key: string })
      .map(({ bucket, key }) => `${bucket}/${key}`);
  const published = () =>
    sns
      .commandCalls(PublishCommand)
      .map(({ args: [{ input }] }) => JSON.parse(input.Message!) as Record<string, unknown>);

  it("take away what was made of a removed video where outputs are, and nothing beside the videos", async () => {
    outputs();
    objects.set("videos/thumb/dir/cat.png", { metadata: told });
    await isRemoved();
    assert.deepEqual(deleted(), [
      ...["manifest.json", "storyboard-1.jpg", "storyboard.vtt"].map((name) => `pictures/${folder}${name}`),
      "pictures/thumb/dir/cat.png",
    ]);
    assert.deepEqual([...objects.keys()], ["videos/thumb/dir/cat.png"]);
  });

  it("keep the outputs of a video that is there, whose job would be of the videos' bucket", async () => {
    outputs();
    video();
    await isRemoved();
    await isStored("thumb/dir/cat.png");
    await isStored(`${folder}manifest.json`);
    assert.deepEqual([deleted(), queued()], [[], []]);
    objects.delete("pictures/thumb/dir/cat.png");
    await isRemoved();
    assert.deepEqual([deleted(), queued()], [[], ["videos/dir/cat.mp4"]]);
  });

  it("queue the job of a video that has come back meanwhile, of its own bucket", async () => {
    outputs();
    s3.on(DeleteObjectCommand).callsFake(() => {
      video();
      return {};
    });
    await isRemoved();
    assert.deepEqual([deleted().length, queued()], [4, ["videos/dir/cat.mp4"]]);
  });

  for (const key of ["thumb/dir/cat.png", `${folder}manifest.json`])
    for (const bucket of ["pictures", "videos"])
      it(`take away a late ${key} of a video that is gone, whichever bucket tells of it (${bucket})`, async () => {
        outputs();
        await isStored(key, bucket);
        assert.equal(deleted().length, 4);
        assert.deepEqual([...objects.keys()], []);
      });

  it("take a file of the outputs' bucket for no video, whatever its name", async () => {
    outputs();
    objects.set("pictures/dir/cat.mp4", {});
    await isRemoved();
    assert.equal(deleted().length, 4, "its video is gone all the same");
    assert.deepEqual(queued(), []);
  });

  it("leave alone what somebody else has put beside the outputs", async () => {
    objects.set("pictures/thumb/dir/cat.png", {});
    objects.set("pictures/thumb/logo.png", {});
    objects.set("pictures/extras/site/manifest.json", { text: "{}" });
    for (const key of ["thumb/dir/cat.png", "thumb/logo.png", "extras/site/manifest.json"])
      await isStored(key);
    video();
    await isStored("thumb/dir/cat.png");
    assert.deepEqual([deleted(), queued()], [[], []]);
  });

  it("look at nothing that belongs to no video of the stack: under other prefixes than its own", async () => {
    outputs();
    const env = { ...settling, VIDEO_PREFIXES: "uploads/,more/" };
    await isRemoved("dir/cat.mp4", env);
    for (const key of ["thumb/dir/cat.png", `${folder}manifest.json`]) await isStored(key, "pictures", env);
    assert.equal(s3.calls().length, 0);
    const ours = { ...settling, VIDEO_PREFIXES: "uploads/,dir/" };
    await isRemoved("dir/cat.mp4", ours);
    assert.equal(deleted().length, 4);
  });

  it("heed prefixes of outputs that have several parts", async () => {
    const env = { ...settling, OUTPUT_PREFIX: "made/small/", EXTRAS_PREFIX: "made/rest/" };
    objects.set("pictures/made/small/dir/cat.webp", { metadata: told });
    objects.set("pictures/made/rest/dir/cat.mp4/preview.webp", {});
    await isRemoved("made/small/dir/cat.mp4", env);
    assert.deepEqual(deleted(), []);
    await isRemoved("dir/cat.mp4", env);
    assert.deepEqual(deleted(), [
      "pictures/made/rest/dir/cat.mp4/preview.webp",
      "pictures/made/small/dir/cat.webp",
    ]);
  });

  it("tell of a thumbnail with its own bucket and that of its video", async () => {
    objects.set("pictures/thumb/dir/cat.png", { metadata: told });
    await isTold("thumb/dir/cat.png");
    const [message = {}] = published();
    assert.deepEqual(
      [message["bucket"], message["videoBucket"], message["videoKey"]],
      ["pictures", "videos", "dir/cat.mp4"],
    );
    assert.equal(problems("thumbnail-created", message, true), null);
  });

  it("tell of no video's bucket where a thumbnail is of no video", async () => {
    objects.set("pictures/thumb/logo.png", {});
    objects.set("videos/logo.mp4", {});
    await isTold("thumb/logo.png");
    const [message = {}] = published();
    assert.deepEqual([message["videoKey"], "videoBucket" in message], [null, false]);
  });

  it("find a video whose key the metadata cannot hold among the videos", async () => {
    const long = "ä".repeat(300);
    objects.set(`pictures/thumb/${long}.png`, {});
    objects.set(`pictures/${long}.mp4`, {});
    await isTold(encodeURIComponent(`thumb/${long}.png`));
    objects.set(`videos/${long}.mp4`, {});
    await isTold(encodeURIComponent(`thumb/${long}.png`));
    assert.deepEqual(
      published().map(({ videoKey }) => videoKey),
      [null, `${long}.mp4`],
    );
  });

  it("tell of a manifest that names both buckets, and of none of another bucket's video", async () => {
    outputs();
    await isTold(`${folder}manifest.json`);
    assert.deepEqual(published(), [{ type: "outputs-ready", ...manifest }]);
    assert.equal(problems("outputs-ready", published()[0], true), null);
    for (const [other, reason] of [
      [{ ...manifest, video: { ...manifest.video, bucket: "anothers" } }, /in the bucket \\"anothers\\"/],
      [{ ...ready, bucket: "pictures" }, /in the bucket \\"pictures\\"/],
      [ready, /in the bucket \\"videos\\"/],
    ] as const) {
      objects.set(`pictures/${folder}manifest.json`, { text: JSON.stringify(other) });
      assert.match((await isTold(`${folder}manifest.json`)).join("\n"), reason);
    }
    assert.equal(published().length, 1);
  });
});
