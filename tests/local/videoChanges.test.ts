import assert from "node:assert/strict";
import {
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { startLocalCloud } from "../../local/cloud";
import type { LocalCloud } from "../../local/localCloud";
import { workerVariable } from "../../local/program/resources";
import { colourOf, makeDirectory, makeVideo } from "./videos";

/** A line of a worker's log. */
interface Line {
  event: string;
  key?: string;
  uploadToThumbnailSeconds?: number;
}

describe("The local cloud of a stack with removeThumbnails, when a video", function () {
  this.timeout(60_000);
  const videos = makeDirectory();
  /** What workers have told. */
  const lines: Line[] = [];
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
        const line = JSON.parse(event.line) as Line;
        lines.push(line);
        if (line.event === "job-started" && line.key !== undefined) onJobStarted(line.key);
      },
    });
  });
  after(async () => {
    await cloud.stop();
    videos.remove();
  });

  const jobStarted = (wanted: string) =>
    new Promise<void>((resolve) => {
      onJobStarted = (key) => {
        if (key === wanted) resolve();
      };
    });

  describe("is deleted,", () => {
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
      await cloud.clients.s3.send(
        new PutObjectCommand({ ...earlier, Metadata: { "video-key": "gone.mp4" } }),
      );
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
      const begun = jobStarted("short-lived.mp4");
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

  describe("has other tags,", () => {
    const object = (Key: string) => ({ Bucket: cloud.bucket, Key });
    const tag = (key: string, tags: Record<string, string>) => {
      const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      return cloud.clients.s3.send(new PutObjectTaggingCommand({ ...object(key), Tagging: { TagSet } }));
    };
    const choose = (key: string, timestamp: string) => tag(key, { "thumbnail-timestamp": timestamp });
    const takeBack = (key: string) => cloud.clients.s3.send(new DeleteObjectTaggingCommand(object(key)));

    /** The colour of a video's thumbnail once nothing is under way. */
    async function colour(name: string): Promise<string> {
      await cloud.settled();
      const { Body } = await cloud.clients.s3.send(new GetObjectCommand(object(`thumb/${name}.png`)));
      const [red = 0, green = 0, blue = 0] = colourOf(
        Buffer.from((await Body?.transformToByteArray()) ?? []),
      );
      return red > 200 ? "red" : green > 100 ? "green" : blue > 200 ? "blue" : `${red},${green},${blue}`;
    }
    const upload = async (name: string, metadata?: Record<string, string>) => {
      await cloud.upload(video, `${name}.mp4`, metadata);
      // A worker that is told of a choice in time makes both thumbnails in one job.
      await cloud.settled();
    };
    const linesOf = (key: string) => lines.filter((line) => line.key === key && line.event !== "job-started");

    it("makes the thumbnail that a person has chosen, and the former one when the choice is taken back", async () => {
      await upload("chosen_00-02", { "thumbnail-timestamp": "00:02" });
      assert.equal(await colour("chosen_00-02"), "blue");
      await choose("chosen_00-02.mp4", "00:01");
      assert.equal(await colour("chosen_00-02"), "green");
      await choose("chosen_00-02.mp4", "0 percent");
      assert.equal(await colour("chosen_00-02"), "red");
      await takeBack("chosen_00-02.mp4");
      assert.equal(await colour("chosen_00-02"), "blue");
      // Only the upload's own job tells how long its uploader has waited.
      const waited = linesOf("chosen_00-02.mp4").map((line) => [
        line.event,
        "uploadToThumbnailSeconds" in line,
      ]);
      assert.deepEqual(waited, [
        ["thumbnail-stored", true],
        ["thumbnail-stored", false],
        ["thumbnail-stored", false],
        ["thumbnail-stored", false],
      ]);
    });

    it("makes the one that was chosen last, whatever a worker is doing meanwhile", async () => {
      await upload("busy");
      const begun = jobStarted("busy.mp4");
      await choose("busy.mp4", "00:00");
      await begun;
      await choose("busy.mp4", "00:01");
      assert.equal(await colour("busy"), "green");
    });

    it("keeps the thumbnail when other tags change, and somebody's own picture", async () => {
      await upload("kept");
      const before = await cloud.clients.s3.send(new HeadObjectCommand(object("thumb/kept.png")));
      await tag("kept.mp4", { "cost-center": "films" });
      await cloud.settled();
      assert.deepEqual(
        linesOf("kept.mp4").map(({ event }) => event),
        ["thumbnail-stored", "thumbnail-kept"],
      );
      const after = await cloud.clients.s3.send(new HeadObjectCommand(object("thumb/kept.png")));
      assert.deepEqual([after.ETag, after.LastModified], [before.ETag, before.LastModified]);
      await cloud.upload(Buffer.from("a picture by hand"), "thumb/kept.png");
      await tag("kept.mp4", {});
      await cloud.settled();
      const { ContentLength } = await cloud.clients.s3.send(new HeadObjectCommand(object("thumb/kept.png")));
      assert.equal(ContentLength, "a picture by hand".length);
    });

    it("follows the choice in every later job, such as a backfill's, which makes the thumbnail anew", async () => {
      await upload("followed");
      await choose("followed.mp4", "00:01");
      await cloud.settled();
      const now = new Date().toISOString();
      const job = {
        version: 1,
        bucket: cloud.bucket,
        key: "followed.mp4",
        eTag: "any",
        size: 1,
        uploadedAt: now,
      };
      for (const more of [{}, { taggedAt: now }]) {
        await cloud.clients.sqs.send(
          new SendMessageCommand({
            QueueUrl: workerVariable(cloud.resources, "JOB_QUEUE_URL"),
            MessageBody: JSON.stringify({ ...job, ...more, requestedAt: now }),
          }),
        );
        assert.equal(await colour("followed"), "green");
      }
      assert.deepEqual(
        linesOf("followed.mp4").map(({ event }) => event),
        Array(4).fill("thumbnail-stored"),
      );
    });

    it("puts a malformed choice into failed-jobs, and leaves the thumbnail", async () => {
      await upload("malformed");
      await choose("malformed.mp4", "soon");
      assert.equal(await colour("malformed"), "blue");
      const failed = (await cloud.failedJobs()).map(({ body }) => JSON.parse(body) as Record<string, string>);
      const { reason = "" } = failed.find(({ key }) => key === "malformed.mp4") ?? {};
      assert.match(reason, /^malformed thumbnail-timestamp tag "soon": /);
    });
  });
});
