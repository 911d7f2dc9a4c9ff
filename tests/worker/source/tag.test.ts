import assert from "node:assert/strict";
import {
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { VideoGoneError } from "../../../worker/errors";
import { s3Client } from "../../../worker/awsClients";
import { isMadeOf, metadataOf } from "../../../worker/storing/thumbnailMetadata";
import { jobTimestamp } from "../../../worker/jobs/jobTimestamp";
import { CachedVideo } from "../../../worker/source/cachedVideo";
import { S3Source } from "../../../worker/source/s3Source";
import { Bucket, TestS3 } from "../../local/testS3";

describe("worker: the tag of a video in S3", () => {
  const environmentBefore = { ...process.env };
  const s3 = new TestS3();
  const signal = new AbortController().signal;
  /** Methods and queries of what was asked. */
  const asked: string[] = [];
  /** Called before a request for tags is answered. */
  let beforeTags: () => Promise<unknown> = () => Promise.resolve();
  let workersS3: ReturnType<typeof s3Client>;

  before(async () => {
    await s3.start(async ({ method, query }, next) => {
      asked.push(`${method}${query.has("tagging") ? " tags" : ""}`);
      if (method === "GET" && query.has("tagging")) await beforeTags();
      await next();
    });
    const { accessKeyId, secretAccessKey } = s3.door.credentials;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: s3.endpoint.origin,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
    workersS3 = s3Client(5);
  });
  after(() => {
    workersS3.destroy();
    s3.stop();
    process.env = environmentBefore;
  });
  beforeEach(() => {
    asked.length = 0;
    beforeTags = () => Promise.resolve();
  });

  const put = async (Key: string, Tagging?: string) => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: "a video", Tagging }));
    asked.length = 0;
  };
  const tag = async (Key: string, tags: Record<string, string>) => {
    const TagSet = Object.entries(tags).map(([name, Value]) => ({ Key: name, Value }));
    await s3.client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }));
  };
  const open = (key: string, tellsTag = true) =>
    CachedVideo.open(new S3Source(workersS3, Bucket, key, { tellsTag }), signal);

  it("is told with the video, for one request more", async () => {
    await put("tagged.mp4", "thumbnail-timestamp=00%3A05&cost=ours");
    const { version } = await open("tagged.mp4");
    assert.equal(version.timestampTag, "00:05");
    assert.deepEqual(asked, ["GET", "GET tags"]);
  });

  it("costs nothing where there are no tags, where it is not wanted, and with all that is read later", async () => {
    await put("untagged.mp4");
    assert.equal((await open("untagged.mp4")).version.timestampTag, undefined);
    await put("tagged.mp4", "thumbnail-timestamp=00%3A05");
    assert.equal((await open("tagged.mp4", false)).version.timestampTag, undefined);
    const source = new S3Source(workersS3, Bucket, "tagged.mp4", { tellsTag: true });
    const { eTag } = await source.read({ start: 0, end: 1 }, undefined, signal);
    asked.length = 0;
    await source.read({ start: 1, end: 2 }, eTag, signal);
    assert.deepEqual(asked, ["GET"]);
  });

  it("is part of the version: a change of it alone, in a set of as many tags, is found", async () => {
    await put("changed.mp4", "thumbnail-timestamp=00%3A05");
    const video = await open("changed.mp4");
    await video.assertCurrent();
    await tag("changed.mp4", { "thumbnail-timestamp": "00:06" });
    await assert.rejects(video.assertCurrent(), { name: "ReplacedVideoError" });
  });

  it("is all of the tags that is part of the version", async () => {
    await put("others.mp4");
    const video = await open("others.mp4");
    await tag("others.mp4", { cost: "ours" });
    await video.assertCurrent();
  });

  it("is gone with a video that is deleted before it is asked for, with a delete marker too", async () => {
    for (const Status of ["Suspended", "Enabled"] as const) {
      const VersioningConfiguration = { Status };
      await s3.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      await put("gone.mp4", "thumbnail-timestamp=00%3A05");
      beforeTags = () => s3.client.send(new DeleteObjectCommand({ Bucket, Key: "gone.mp4" }));
      await assert.rejects(open("gone.mp4"), (error) => error instanceof VideoGoneError);
    }
  });

  it("goes before metadata and name, and is named when it is malformed", () => {
    const stack = { kind: "seconds", seconds: 2 } as const;
    const chosen = (timestampTag: string | undefined) =>
      jobTimestamp("cat_00-01.mp4", { timestampTag, metadata: { "thumbnail-timestamp": "7" } }, stack);
    assert.deepEqual(chosen("00:05"), { kind: "seconds", seconds: 5 });
    assert.deepEqual(chosen("25 percent"), { kind: "percent", percent: 25 });
    assert.deepEqual(chosen("auto"), { kind: "auto" });
    assert.deepEqual(chosen(undefined), { kind: "seconds", seconds: 7 });
    for (const malformed of ["soon", ""]) {
      const message = new RegExp(`^malformed thumbnail-timestamp tag "${malformed}": .*HH:MM:SS`);
      assert.throws(() => chosen(malformed), { message });
    }
  });

  it("alone decides whether a thumbnail is what it asks for, auto like any other", () => {
    const picture = { width: 2, height: 2, hasDecodeErrors: false, thumbHash: "", dominantColor: "#000000" };
    const frame = { ...picture, timestampRequestedSeconds: 1, timestampSeconds: 1 };
    const tags = [undefined, "auto", "00:01"];
    for (const made of tags) {
      const version = (timestampTag: string | undefined) => ({ eTag: '"one"', timestampTag });
      const asked = { isPublic: false, isAutomatic: made !== "00:01" };
      const metadata = metadataOf(frame, "a.mp4", version(made), asked);
      const kept = tags.filter((tag) => isMadeOf(metadata, "a.mp4", version(tag), false));
      assert.deepEqual(kept, [made]);
    }
  });
});
