import assert from "node:assert/strict";
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { startLocalCloud, type LocalCloud } from "../../local/cloud";
import { makeDirectory, makeVideo } from "./videos";

describe("The local cloud of a stack with removeThumbnails", function () {
  this.timeout(60_000);
  const videos = makeDirectory();
  let cloud: LocalCloud;
  let video: string;
  /** Called when a worker tells that it has begun with a video. */
  let onJobStarted: (key: string) => void = () => undefined;

  before(async () => {
    video = makeVideo(videos.directory, "colours.mp4");
    cloud = await startLocalCloud({
      config: { removeThumbnails: "true" },
      onEvent(event) {
        if (event.type !== "worker-line") return;
        const { event: name, key } = JSON.parse(event.line) as { event: string; key?: string };
        if (name === "job-started" && key !== undefined) onJobStarted(key);
      },
    });
  });
  after(async () => {
    await cloud.stop();
    videos.remove();
  });

  async function thumbnails(): Promise<string[]> {
    const listing = new ListObjectsV2Command({ Bucket: cloud.bucket, Prefix: "thumb/" });
    return ((await cloud.clients.s3.send(listing)).Contents ?? []).map(({ Key = "" }) => Key);
  }
  const remove = (Key: string) =>
    cloud.clients.s3.send(new DeleteObjectCommand({ Bucket: cloud.bucket, Key }));

  it("deletes a deleted video's thumbnail, in every format, and nothing else", async () => {
    await Promise.all(["gone.mp4", "stays.mp4"].map((name) => cloud.upload(video, name)));
    await Promise.all([cloud.outcome("gone.mp4"), cloud.outcome("stays.mp4")]);
    const earlier = { Bucket: cloud.bucket, Key: "thumb/gone.webp", Body: "as the stack made them before" };
    await cloud.clients.s3.send(new PutObjectCommand({ ...earlier, Metadata: { "video-key": "gone.mp4" } }));
    await cloud.clients.s3.send(
      new PutObjectCommand({ Bucket: cloud.bucket, Key: "thumb/gone.jpg", Body: "somebody's own" }),
    );
    await remove("gone.mp4");
    await cloud.settled();
    assert.deepEqual(await thumbnails(), ["thumb/gone.jpg", "thumb/stays.png"]);
    await remove("stays.mp4");
    await remove("thumb/gone.jpg");
    await cloud.settled();
    assert.deepEqual(await thumbnails(), []);
  });

  it("leaves none of a video that is deleted while its thumbnail is made", async () => {
    const begun = new Promise<void>((resolve) => {
      onJobStarted = (key) => {
        if (key === "short-lived.mp4") resolve();
      };
    });
    await cloud.upload(video, "short-lived.mp4");
    await begun;
    await remove("short-lived.mp4");
    await cloud.settled();
    assert.deepEqual(await thumbnails(), []);
  });

  it("keeps the thumbnail of a video that was uploaded again, however late the deletion is told", async () => {
    await cloud.upload(video, "again.mp4");
    await cloud.outcome("again.mp4");
    await remove("again.mp4");
    await cloud.upload(video, "again.mp4");
    await cloud.settled();
    cloud.notify({ kind: "ObjectRemoved:Delete", bucket: cloud.bucket, key: "again.mp4" });
    await cloud.settled();
    assert.deepEqual(await thumbnails(), ["thumb/again.png"]);
  });
});
