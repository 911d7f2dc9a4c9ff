import assert from "node:assert/strict";
import { HeadObjectCommand, ListObjectsV2Command, NotFound, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import type { ThumbnailCreated } from "../../contract/messages";
import { onThumbnailCreated } from "../../handlers/onThumbnailCreated";
import { tellingEnvironment } from "./environments";
import { createdEvent, createdRecord, logOf } from "./lambda";

describe("onThumbnailCreated", () => {
  const clients = { s3: new S3Client({}), sns: new SNSClient({}) };
  const s3 = mockClient(clients.s3);
  const sns = mockClient(clients.sns);
  const env = { ...tellingEnvironment, VIDEO_SUFFIXES: ".mp4,.MP4,.mov,.MOV" };
  const handler = onThumbnailCreated(env, clients);

  beforeEach(() => {
    s3.reset();
    sns.reset();
    sns.on(PublishCommand).resolves({});
    s3.on(HeadObjectCommand).resolves({
      Metadata: {
        "video-key": "dir/My%20clip%20%C3%BC.mp4",
        "timestamp-seconds": "1.96",
        width: "1280",
        height: "720",
        "thumb-hash": "1QcSHQRnh493V4dIh4eXh1h4kJUI",
        "dominant-color": "#335577",
      },
      ContentLength: 12345,
      ContentType: "image/png",
      ETag: '"0123"',
      LastModified: new Date("2026-01-02T03:04:09Z"),
    });
  });

  const published = () =>
    sns.commandCalls(PublishCommand).map((call) => JSON.parse(call.args[0].input.Message!) as unknown);

  it("tells of a thumbnail whose metadata somebody else wrote, and of no video", async () => {
    const Metadata = { "video-key": "100%", "timestamp-seconds": "soon", width: "12.5", height: "tall" };
    s3.on(HeadObjectCommand).resolves({ Metadata });
    await logOf(() => handler(createdEvent(createdRecord("thumb/x.png"))));
    const { videoKey, timestampSeconds, width, height } = published()[0] as ThumbnailCreated;
    assert.deepEqual([videoKey, timestampSeconds, width, height], [null, null, null, null]);
  });

  it("tells the topic of the thumbnail and of its video", async () => {
    await logOf(() => handler(createdEvent(createdRecord("thumb/dir/My+clip+%C3%BC.png"))));
    assert.deepEqual(published(), [
      {
        type: "thumbnail-created",
        bucket: "videos",
        key: "thumb/dir/My clip ü.png",
        url: "https://videos.s3.eu-west-1.amazonaws.com/thumb/dir/My%20clip%20%C3%BC.png",
        videoKey: "dir/My clip ü.mp4",
        lastModified: "2026-01-02T03:04:09.000Z",
        timestampSeconds: 1.96,
        width: 1280,
        height: 720,
        bytes: 12345,
        contentType: "image/png",
        eTag: "0123",
        thumbHash: "1QcSHQRnh493V4dIh4eXh1h4kJUI",
        dominantColor: "#335577",
      },
    ]);
    const { TopicArn, MessageAttributes } = sns.commandCalls(PublishCommand)[0]!.args[0].input;
    assert.equal(TopicArn, env.THUMBNAIL_TOPIC_ARN);
    const type = { DataType: "String", StringValue: "thumbnail-created" };
    assert.deepEqual(MessageAttributes, { type }, "by which a subscription chooses its messages");
  });

  const long = "影".repeat(320);
  for (const [video, thumbnail] of [
    [`${long}.mp4`, `thumb/${long}.png`],
    [`${long}.MOV`, `thumb/${long}.MOV.png`],
  ] as const) {
    it(`tells of a video whose key is too long for metadata by the thumbnail's own key (${video.slice(-4)})`, async () => {
      s3.on(HeadObjectCommand).resolves({ Metadata: { width: "1280" } });
      s3.on(ListObjectsV2Command).resolves({
        EncodingType: "url",
        Contents: [{ Key: encodeURIComponent(`${long} `) }],
      });
      s3.on(ListObjectsV2Command, { Bucket: "videos", Prefix: video }).resolves({
        EncodingType: "url",
        Contents: [{ Key: encodeURIComponent(video) }],
      });
      await logOf(() => handler(createdEvent(createdRecord(encodeURIComponent(thumbnail)))));
      assert.equal((published()[0] as { videoKey: unknown }).videoKey, video);
    });
  }

  it("tells of no video that the bucket does not have", async () => {
    s3.on(HeadObjectCommand).resolves({ Metadata: {} });
    s3.on(ListObjectsV2Command).resolves({
      EncodingType: "url",
      Contents: [{ Key: `${encodeURIComponent(long)}.mp4.txt` }],
    });
    await logOf(() => handler(createdEvent(createdRecord(encodeURIComponent(`thumb/${long}.png`)))));
    assert.equal((published()[0] as { videoKey: unknown }).videoKey, null);
  });

  it("logs the event as JSON, and a line with an address that can be opened", async () => {
    const event = createdEvent(createdRecord("thumb/it%27s+%281%29.png"));
    const log = await logOf(() => handler(event));
    assert.deepEqual((JSON.parse(log[0]!) as { s3Event: unknown }).s3Event, event);
    assert.equal(
      log[1],
      "A new thumbnail file was generated at " +
        "'https://videos.s3.eu-west-1.amazonaws.com/thumb/it%27s%20%281%29.png'.",
    );
  });

  it("says null for what the object does not tell, as for a picture that someone put there", async () => {
    s3.on(HeadObjectCommand).resolves({});
    await logOf(() => handler(createdEvent(createdRecord("thumb/own.png"))));
    assert.deepEqual(
      published().map((message) => (message as { videoKey: unknown }).videoKey),
      [null],
    );
  });

  it("says nothing of a thumbnail that has been deleted meanwhile", async () => {
    s3.on(HeadObjectCommand).rejects(new NotFound({ message: "gone", $metadata: {} }));
    const log = await logOf(() => handler(createdEvent(createdRecord("thumb/gone.png"))));
    assert.deepEqual(published(), []);
    assert.match(log.join("\n"), /thumbnail-gone/);
  });

  it("tells of the other records when one fails, and fails so that the event comes again", async () => {
    s3.on(HeadObjectCommand, { Key: "thumb/a.png" }).rejects(new Error("S3 is slow"));
    const event = createdEvent(createdRecord("thumb/a.png"), createdRecord("thumb/b.png"));
    await logOf(() => assert.rejects(handler(event), /1 of 2 records failed.*S3 is slow/));
    assert.equal(published().length, 1);
  });
});
