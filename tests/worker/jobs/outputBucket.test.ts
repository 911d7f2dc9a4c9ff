import assert from "node:assert/strict";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { Manifest } from "../../../contract/manifest";
import type { WorkerLogEvent } from "../../../contract/workerLog";
import { readEnvironment } from "../../../worker/environment";
import { runQueueWorker } from "../../../worker/jobs/queueWorker";
import { problems } from "../../contract/schemas";
import { bucket, LocalAws } from "../aws";
import { numberedVideo } from "../videos";
import { VideoFolder } from "../../../testkit/videoFolder";

const Bucket = "pictures";
const outputs = {
  OUTPUT_BUCKET: Bucket,
  OUTPUT_PREFIX: "made/small/",
  EXTRAS_PREFIX: "made/rest/",
  RENDITIONS: "64.webp",
  REMOVE_THUMBNAILS: "true",
  PUBLIC_THUMBNAILS: "true",
};
const madeOfCat = [
  "made/rest/dir/cat.mp4/64.webp",
  "made/rest/dir/cat.mp4/manifest.json",
  "made/small/dir/cat.png",
];

describe("worker: a job whose outputs go to another bucket", () => {
  const environmentBefore = { ...process.env };
  let aws: LocalAws;
  let video: Buffer;
  before(async () => {
    aws = await LocalAws.start();
    Object.assign(process.env, aws.variables);
    await aws.s3.send(new CreateBucketCommand({ Bucket }));
    const folder = await VideoFolder.create();
    await numberedVideo(folder.file("video.mp4"), { frames: 60 });
    video = await folder.read("video.mp4");
    await folder.remove();
  });
  after(async () => {
    process.env = environmentBefore;
    await aws.stop();
  });
  beforeEach(async () => {
    aws.seen.length = 0;
    await aws.upload("dir/cat.mp4", video);
  });

  async function work(more: object = {}, variables: object = {}): Promise<WorkerLogEvent[]> {
    await aws.sendJob("dir/cat.mp4", more);
    const log: WorkerLogEvent[] = [];
    const all = { ...process.env, WORKER_IDLE_SECONDS: "0", ...outputs, ...variables };
    const environment = readEnvironment(all);
    assert.equal(environment.mode, "queue");
    await runQueueWorker(environment, (event) => log.push(event), new AbortController().signal);
    return log;
  }
  async function made(): Promise<string[]> {
    const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket }));
    return Contents.map(({ Key = "" }) => Key).sort();
  }
  async function manifest(from = Bucket): Promise<Manifest> {
    const Key = "made/rest/dir/cat.mp4/manifest.json";
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: from, Key }));
    return JSON.parse((await Body?.transformToString()) ?? "") as Manifest;
  }

  it("reads the video where it is, and asks for and stores outputs there alone", async () => {
    const log = await work();
    const paths = aws.seen
      .filter(({ target }) => target.startsWith("/"))
      .map(({ method, target }) => `${method} ${target}`);
    assert.deepEqual(
      log.map(({ event }) => event),
      ["job-started", "thumbnail-stored", "outputs-stored", "worker-idle"],
    );
    assert.deepEqual(await made(), madeOfCat);
    assert.deepEqual(await aws.keys(), ["dir/cat.mp4"]);
    const ofVideos = paths.filter((path) => path.includes(` /${bucket}`));
    for (const path of ofVideos) assert.match(path, /^(GET|PUT) \/videos\/dir\/cat\.mp4/);
    assert.equal(ofVideos.filter((path) => path.startsWith("PUT")).length, 1, "the upload");
    for (const path of paths.filter((one) => !ofVideos.includes(one)))
      assert.match(
        path,
        /^\w+ \/pictures\/(made\/(small|rest)\/dir\/cat|\?.*prefix=made%2Frest%2Fdir%2Fcat)/,
      );
  });

  it("tells in the manifest which bucket the video is in, and of a claim, too", async () => {
    const claims: unknown[] = [];
    aws.intercept = ({ method, target, body }) => {
      if (method === "PUT" && target.includes("manifest.json")) claims.push(JSON.parse(body.toString()));
      return false;
    };
    await work();
    aws.intercept = () => false;
    const ready = await manifest();
    assert.deepEqual([ready.bucket, ready.video.bucket, ready.video.key], [Bucket, bucket, "dir/cat.mp4"]);
    assert.equal(problems("manifest", ready, true), null);
    for (const claim of claims) {
      assert.equal(problems("manifest", claim, true), null);
      assert.equal((claim as Manifest).video.bucket, bucket);
    }
    assert.equal(claims.length, 2);
  });

  it("tells of no other bucket where they are beside the video, however that is said", async () => {
    for (const OUTPUT_BUCKET of [undefined, bucket]) {
      await work({}, { OUTPUT_BUCKET });
      const ready = await manifest(bucket);
      assert.deepEqual([ready.bucket, "bucket" in ready.video], [bucket, false]);
    }
    for (const Key of await aws.keys("made/"))
      await aws.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  });

  it("keeps what is there when only a tag has changed that chooses nothing", async () => {
    await work();
    const { madeAt } = await manifest();
    const log = await work({ taggedAt: "2026-01-01T00:00:00.000Z" });
    assert.ok(log.some(({ event }) => event === "thumbnail-kept"));
    assert.equal((await manifest()).madeAt, madeAt);
  });

  it("takes a picture of the same key beside the videos for nobody's output", async () => {
    await aws.s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: "made/small/dir/cat.png", Body: "theirs" }),
    );
    await work();
    assert.equal((await aws.object("made/small/dir/cat.png")).content.toString(), "theirs");
    await aws.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "made/small/dir/cat.png" }));
  });

  it("takes them away there when the video is gone", async () => {
    await work();
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: "made/small/dir/dog.png", Body: "another's" }));
    await aws.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "dir/cat.mp4" }));
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: "dir/cat.mp4", Body: "no video of the stack's" }));
    await work();
    assert.deepEqual(await made(), ["dir/cat.mp4", "made/small/dir/dog.png"]);
    const [failed] = await aws.drain(aws.failedJobsQueueUrl);
    assert.match(failed?.reason ?? "", /^the video is gone/);
  });
});
