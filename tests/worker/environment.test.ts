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
      timestamp: { kind: "seconds", seconds: 2 },
      thumbnail: { format: "png", widthPixels: 1280, isPublic: false },
      outputPrefix: "thumb/",
      videoSuffixes: [".mp4"],
      removeThumbnails: false,
      jobTimeLimitSeconds: 600,
      maxReceiveCount: Infinity,
      idleSeconds: undefined,
    });
  });

  it("means one-shot mode when a video's URL is set, even in a task that has the queues too", () => {
    assert.deepEqual(readEnvironment({ ...queues, ...byHand, POSITION_TIME_DURATION: "00:01" }), {
      mode: "one-shot",
      inputUrl: "s3://bucket/cat.mp4",
      timestamp: { kind: "seconds", seconds: 1 },
      thumbnail: { format: "jpg", widthPixels: 1280, isPublic: false },
      jobTimeLimitSeconds: 600,
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
      MAX_RECEIVE_COUNT: "0",
      REMOVE_THUMBNAILS: "yes",
    };
    const isTold = (error: Error) =>
      ["FAILED_JOBS_QUEUE_URL is missing", ...Object.keys(wrong)].every((n) => error.message.includes(n));
    assert.throws(() => readEnvironment(wrong), isTold);
    assert.throws(
      () => readEnvironment({ ...byHand, OUTPUT_THUMBS_FILE_NAME: "cat.bmp" }),
      /OUTPUT_THUMBS_FILE_NAME/,
    );
  });
});
