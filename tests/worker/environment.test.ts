import assert from "node:assert/strict";
import { readEnvironment } from "../../worker/environment";

const queues = {
  JOB_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/1/jobs",
  FAILED_JOBS_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/1/failed-jobs",
};
const byHand = {
  INPUT_VIDEO_FILE_URL: "s3://bucket/cat.mp4",
  OUTPUT_THUMBS_FILE_NAME: "cat.jpg",
  OUTPUT_S3_PATH: "bucket/some/where/",
};

describe("worker: environment", () => {
  it("means queue mode, with the stack's defaults for what is not set", () => {
    assert.deepEqual(readEnvironment(queues), {
      mode: "queue",
      jobQueueUrl: queues.JOB_QUEUE_URL,
      failedJobsQueueUrl: queues.FAILED_JOBS_QUEUE_URL,
      timestamp: { kind: "auto" },
      thumbnail: { format: "png", widthPixels: 1280, isPublic: false },
      kmsKeyArn: undefined,
      outputBucket: undefined,
      outputPrefix: "thumb/",
      extras: { storyboard: undefined, preview: undefined, renditions: [] },
      extrasPrefix: "extras/",
      videoSuffixes: [".mp4"],
      removeThumbnails: false,
      jobTimeLimitSeconds: 600,
      maxTries: 3,
      answerSeconds: 15,
      backOffSeconds: 5,
      stopTimeoutSeconds: 30,
      videoCpuSeconds: 90,
      taskMemoryMiB: undefined,
      idleSeconds: undefined,
    });
  });

  it("means one-shot mode when a video's URL is set, even in a task that has the queues too", () => {
    assert.deepEqual(readEnvironment({ ...queues, ...byHand, POSITION_TIME_DURATION: "00:01" }), {
      mode: "one-shot",
      input: { kind: "s3", bucket: "bucket", key: "cat.mp4", versionId: undefined, region: undefined },
      timestamp: { kind: "seconds", seconds: 1 },
      thumbnail: { format: "jpg", widthPixels: 1280, isPublic: false },
      jobTimeLimitSeconds: 600,
      answerSeconds: 15,
      videoCpuSeconds: 90,
      taskMemoryMiB: undefined,
      outputBucket: "bucket",
      outputKey: "some/where/cat.jpg",
    });
  });

  it("tells the suffixes of videos, whether thumbnails are public, and whether they go with their video", () => {
    const flags = { PUBLIC_THUMBNAILS: "true", REMOVE_THUMBNAILS: "true", VIDEO_SUFFIXES: ".mp4,.MOV" };
    const read = readEnvironment({ ...queues, ...flags });
    assert.ok(read.mode === "queue");
    assert.deepEqual(read.videoSuffixes, [".mp4", ".MOV"]);
    assert.deepEqual([read.removeThumbnails, read.thumbnail.isPublic], [true, true]);
  });

  it("that is wrong is refused with every variable that is", () => {
    const wrong = {
      JOB_QUEUE_URL: "jobs",
      THUMBNAIL_TIMESTAMP: "soon",
      THUMBNAIL_FORMAT: "gif",
      THUMBNAIL_WIDTH: "-1",
      MAX_TRIES: "0",
      MAX_RECEIVE_COUNT: "0",
      STOP_TIMEOUT_SECONDS: "long",
      TASK_MEMORY_MIB: "all",
      VIDEO_CPU_SECONDS: "-1",
      REMOVE_THUMBNAILS: "yes",
      OUTPUT_BUCKET: "",
    };
    const isTold = (error: Error) =>
      ["FAILED_JOBS_QUEUE_URL is missing", ...Object.keys(wrong)].every((n) => error.message.includes(n));
    assert.throws(() => readEnvironment(wrong), isTold);
    assert.throws(
      () => readEnvironment({ ...byHand, OUTPUT_THUMBS_FILE_NAME: "cat.bmp" }),
      /OUTPUT_THUMBS_FILE_NAME/,
    );
  });

  const wrong: [what: string, variables: Record<string, string>, told: RegExp][] = [
    [
      "a bucket without a key",
      { INPUT_VIDEO_FILE_URL: "s3://videos" },
      /INPUT_VIDEO_FILE_URL is "s3:\/\/videos", which names a bucket, but no key in it: .*s3:\/\/BUCKET\/KEY/,
    ],
    ["no bucket", { INPUT_VIDEO_FILE_URL: "s3:///a.mp4" }, /"s3:\/\/\/a\.mp4", which names no bucket/],
    [
      "a bucket's https address",
      { INPUT_VIDEO_FILE_URL: "https://videos.s3.eu-west-1.amazonaws.com/" },
      /amazonaws\.com\/", which names a bucket, but no key in it/,
    ],
    [
      "an upper-case scheme",
      { INPUT_VIDEO_FILE_URL: "S3://videos/a.mp4" },
      /INPUT_VIDEO_FILE_URL is "S3:\/\/videos\/a\.mp4", which must begin with s3:\/\/ in lower case/,
    ],
    [
      "a malformed percent escape",
      { INPUT_VIDEO_FILE_URL: "https://s3.amazonaws.com/videos/100%.mp4" },
      /"https:.*100%\.mp4", which has a malformed percent escape in "100%\.mp4"; a percent sign itself is written %25/,
    ],
    ["an empty version", { INPUT_VIDEO_FILE_URL: "s3://b/a.mp4?versionId=" }, /which has an empty versionId/],
    [
      "another scheme",
      { INPUT_VIDEO_FILE_URL: "ftp://host/a.mp4" },
      /which has the scheme ftp: https:\/\/HOST/,
    ],
    ["what is no URL", { INPUT_VIDEO_FILE_URL: "a.mp4" }, /"a\.mp4", which is not a URL: /],
    ["nothing", { INPUT_VIDEO_FILE_URL: "" }, /INPUT_VIDEO_FILE_URL is empty/],
    [
      "a password, which is not told",
      { INPUT_VIDEO_FILE_URL: "https://me:secret@host/a.mp4?token=secret" },
      /^(?!.*secret).*"https:\/\/…@host\/a\.mp4\?…", which has a name or a password in it/,
    ],
    [
      "an output path with a scheme",
      { OUTPUT_S3_PATH: "s3://videos/thumb" },
      /OUTPUT_S3_PATH is "s3:\/\/videos\/thumb", which begins with s3:\/\/: BUCKET or BUCKET\/PREFIX is allowed/,
    ],
    ["an output path with an empty part", { OUTPUT_S3_PATH: "videos//thumb" }, /OUTPUT_S3_PATH .*empty part/],
    ["an output path without a bucket", { OUTPUT_S3_PATH: "/thumb" }, /OUTPUT_S3_PATH .*empty part/],
    [
      "a file name with an empty part",
      { OUTPUT_THUMBS_FILE_NAME: "/cat.png" },
      /OUTPUT_THUMBS_FILE_NAME is "\/cat\.png", which has an empty part/,
    ],
  ];
  for (const [what, variables, told] of wrong) {
    it(`by hand refuses ${what}`, () => {
      assert.throws(() => readEnvironment({ ...byHand, ...variables }), told);
    });
  }

  it("by hand takes keys as they are in s3://, decoded in https, and both with a version", () => {
    const inputs = [
      "s3://videos/what?/100%.mp4?versionId=a.b_c",
      "https://videos.s3.eu-west-1.amazonaws.com/what%3F/100%25.mp4?versionId=a.b_c",
    ].map((url) => readEnvironment({ ...byHand, INPUT_VIDEO_FILE_URL: url }));
    for (const environment of inputs) {
      assert.ok(environment.mode === "one-shot" && environment.input.kind === "s3");
      const { bucket, key, versionId } = environment.input;
      assert.deepEqual([bucket, key, versionId], ["videos", "what?/100%.mp4", "a.b_c"]);
    }
  });

  it("by hand reads a presigned address as it is, with the permission that is in it", () => {
    const url = "https://videos.s3.amazonaws.com/a.mp4?X-Amz-Signature=1";
    const environment = readEnvironment({ ...byHand, INPUT_VIDEO_FILE_URL: url });
    assert.ok(environment.mode === "one-shot");
    assert.deepEqual(environment.input, { kind: "web", url, key: "a.mp4" });
  });
});
