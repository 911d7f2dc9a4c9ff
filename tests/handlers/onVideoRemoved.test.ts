import assert from "node:assert/strict";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NotFound,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { onVideoRemoved, settledFirst } from "../../handlers/onVideoRemoved";
import { settlingEnvironment } from "./environments";
import { createdEvent, createdRecord, logOf } from "./lambda";

const uploadedAt = new Date("2026-01-02T03:04:05Z");

describe("onVideoRemoved", () => {
  const clients = { s3: new S3Client({}), sqs: new SQSClient({}) };
  const s3 = mockClient(clients.s3);
  const sqs = mockClient(clients.sqs);
  const env = { ...settlingEnvironment, VIDEO_SUFFIXES: ".mp4,.mov" };

  beforeEach(() => {
    s3.reset();
    sqs.reset();
    sqs.on(SendMessageCommand).resolves({});
    s3.on(HeadObjectCommand).rejects(new NotFound({ message: "", $metadata: { httpStatusCode: 404 } }));
    s3.on(ListObjectsV2Command).resolves({ Contents: [] });
    s3.on(DeleteObjectCommand).resolves({});
  });

  function thumbnail(Key: string, Metadata: Record<string, string>): void {
    s3.on(HeadObjectCommand, { Bucket: "videos", Key }).resolves({ ETag: '"of the picture"', Metadata });
  }
  function video(Key: string, Size = 1000): void {
    const Contents = [
      { Key: encodeURIComponent(Key), LastModified: uploadedAt, ETag: '"of the video"', Size },
    ];
    s3.on(ListObjectsV2Command, { Prefix: Key }).resolves({ Contents, EncodingType: "url" });
  }
  const isTold = (key: string) => logOf(() => onVideoRemoved(env, clients)(createdEvent(createdRecord(key))));
  const deleted = () =>
    s3.commandCalls(DeleteObjectCommand).map(({ args: [{ input }] }) => [input.Key, input.IfMatch]);
  const queued = () =>
    sqs
      .commandCalls(SendMessageCommand)
      .map(({ args: [{ input }] }) => JSON.parse(input.MessageBody!) as object);

  it("deletes the thumbnails of a video that is gone, as they were when it looked", async () => {
    for (const format of ["png", "webp"])
      thumbnail(`thumb/dir/My clip.${format}`, { "video-key": "dir%2FMy%20clip.mp4" });
    await isTold("dir/My+clip.mp4");
    assert.deepEqual(deleted(), [
      ["thumb/dir/My clip.png", '"of the picture"'],
      ["thumb/dir/My clip.webp", '"of the picture"'],
    ]);
    assert.deepEqual(queued(), []);
  });

  it("leaves what was not made of this video, and what is stored meanwhile", async () => {
    thumbnail("thumb/cat.png", { "video-key": "dog.mp4" });
    thumbnail("thumb/cat.jpg", {});
    await isTold("cat.mp4");
    assert.deepEqual(deleted(), []);

    thumbnail("thumb/cat.png", { "video-key": "cat.mp4" });
    const name = "PreconditionFailed";
    s3.on(DeleteObjectCommand).rejects(
      new S3ServiceException({ name, $fault: "client", $metadata: { httpStatusCode: 412 } }),
    );
    assert.match((await isTold("cat.mp4")).join(), /thumbnail-changed/);
  });

  it("lets a video that is there keep its thumbnail, told by its time or, of older ones, by its ETag", async () => {
    video("cat.mp4");
    const tellings: Record<string, string>[] = [
      { "video-last-modified": "2026-01-02T03:04:05Z" },
      { "video-last-modified": "2026-01-02T03:04:05Z", "video-etag": "of the video" },
      { "video-etag": "of the video" },
    ];
    for (const told of tellings) {
      thumbnail("thumb/cat.png", { "video-key": "cat.mp4", ...told });
      await isTold("cat.mp4");
    }
    assert.deepEqual([deleted(), queued()], [[], []]);
  });

  it("queues a job for a video that is there without its thumbnail, or with another version's", async () => {
    video("a+b.mov");
    await isTold("a%2Bb.mov");
    thumbnail("thumb/a+b.mov.png", {
      "video-key": "a%2Bb.mov",
      "video-last-modified": "2025-01-01T00:00:00Z",
    });
    await isTold("a%2Bb.mov");
    const [job, ...others] = queued() as { requestedAt: string }[];
    assert.equal(others.length, 1);
    const { requestedAt, ...rest } = job!;
    assert.ok(Date.parse(requestedAt) > uploadedAt.getTime());
    assert.deepEqual(rest, {
      version: 1,
      bucket: "videos",
      key: "a+b.mov",
      eTag: "of the video",
      size: 1000,
      uploadedAt: uploadedAt.toISOString(),
    });
  });

  it("looks at the video again, and queues a job for one that has come back", async () => {
    thumbnail("thumb/cat.png", { "video-key": "cat.mp4" });
    const Contents = [{ Key: "cat.mp4", LastModified: uploadedAt, ETag: '"e"', Size: 5 }];
    s3.on(ListObjectsV2Command).resolvesOnce({
      Contents: [{ Key: "cat.mp4.mp4", LastModified: uploadedAt }],
    });
    s3.on(ListObjectsV2Command).resolvesOnce({ Contents: [] }).resolves({ Contents });
    await isTold("cat.mp4");
    assert.deepEqual([deleted().length, queued().length], [1, 1]);
  });

  it("leaves an empty object without a job, and what is under thumb/ alone", async () => {
    video("empty.mp4", 0);
    await isTold("empty.mp4");
    s3.resetHistory();
    await isTold("thumb/inner.mp4");
    assert.deepEqual([deleted(), queued(), s3.calls().length], [[], [], 0]);
  });

  it("asks for no thumbnail again because it has arrived, whatever else tells its video's time", async () => {
    const told = { "video-key": "cat.mp4", "video-last-modified": "2026-01-02T03:04:06Z" };
    video("cat.mp4");
    thumbnail("thumb/cat.png", told);
    const handle = () => Promise.resolve();
    await settledFirst(env, handle, clients)(createdEvent(createdRecord("thumb/cat.png")));
    assert.deepEqual([deleted(), queued()], [[], []]);
  });

  it("before a new thumbnail is told of, deletes it if its video is gone, though the metadata hold no key", async () => {
    const long = `${"ä".repeat(300)}.mp4`;
    thumbnail(`thumb/${"ä".repeat(300)}.png`, { "video-last-modified": "2026-01-02T03:04:05Z" });
    let told = 0;
    const handle = () => {
      told += 1;
      return Promise.resolve();
    };
    const handler = settledFirst(env, handle, clients);
    const key = encodeURIComponent(`thumb/${"ä".repeat(300)}.png`).replaceAll("%2F", "/");
    await logOf(() => handler(createdEvent(createdRecord(key))));
    assert.ok(encodeURIComponent(long).length > 1200);
    assert.deepEqual([deleted().length, told], [1, 1]);
  });
});
