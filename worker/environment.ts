import { extname } from "node:path/posix";
import * as v from "valibot";
import { messageOf } from "./errors";
import { readVideoSuffixes, thumbnailFormats, type ThumbnailFormat } from "../contract/outputs";
import type { Timestamp } from "../contract/timestamp";
import { parseTimestamp } from "../contract/timestamp";

/** What a thumbnail is to look like. */
export interface ThumbnailSettings {
  readonly format: ThumbnailFormat;
  /** Never upscales; 0 keeps the video's own size. */
  readonly widthPixels: number;
  /** Anyone may read it, and what is told with it. */
  readonly isPublic?: boolean;
}

export interface QueueEnvironment {
  readonly mode: "queue";
  readonly jobQueueUrl: string;
  readonly failedJobsQueueUrl: string;
  readonly timestamp: Timestamp;
  readonly thumbnail: ThumbnailSettings;
  readonly outputPrefix: string;
  /** Endings of keys that are videos, in any case. */
  readonly videoSuffixes: readonly string[];
  /** A thumbnail whose video is gone goes, too. */
  readonly removeThumbnails: boolean;
  /** A job that takes longer is given up, and left to SQS's retries. */
  readonly jobTimeLimitSeconds: number;
  /** How often a job is received before SQS puts it aside; Infinity: for ever. */
  readonly maxReceiveCount: number;
  /** The worker stops after so many seconds without a job; undefined: never. */
  readonly idleSeconds: number | undefined;
}

export interface OneShotEnvironment {
  readonly mode: "one-shot";
  readonly inputUrl: string;
  readonly timestamp: Timestamp;
  readonly thumbnail: ThumbnailSettings;
  readonly jobTimeLimitSeconds: number;
  readonly outputBucket: string;
  readonly outputKey: string;
}

const fromText = <T>(parse: (text: string) => T) =>
  v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
    try {
      return parse(dataset.value);
    } catch (error) {
      addIssue({ message: messageOf(error) });
      return NEVER;
    }
  });

const required = v.pipe(v.string("is missing"), v.nonEmpty("is empty"));
const url = v.pipe(required, v.url("is not a URL"));
const timestamp = v.pipe(v.optional(v.string(), "00:02"), fromText(parseTimestamp));
const widthPixels = v.pipe(v.optional(v.string(), "1280"), fromText(parseWidth));
const jobTimeLimitSeconds = v.pipe(v.optional(v.string(), "600"), fromText(parseSeconds));
const flag = v.pipe(
  v.optional(v.picklist(["true", "false"], "must be true or false"), "false"),
  v.transform((text) => text === "true"),
);
const format = v.optional(
  v.picklist(thumbnailFormats, `must be one of ${thumbnailFormats.join(", ")}`),
  "png",
);

const queueSchema = v.object({
  JOB_QUEUE_URL: url,
  FAILED_JOBS_QUEUE_URL: url,
  THUMBNAIL_TIMESTAMP: timestamp,
  THUMBNAIL_FORMAT: format,
  THUMBNAIL_WIDTH: widthPixels,
  OUTPUT_PREFIX: v.optional(v.string(), "thumb/"),
  PUBLIC_THUMBNAILS: flag,
  VIDEO_SUFFIXES: v.pipe(v.optional(v.string(), ".mp4"), v.transform(readVideoSuffixes)),
  REMOVE_THUMBNAILS: flag,
  JOB_TIME_LIMIT_SECONDS: jobTimeLimitSeconds,
  MAX_RECEIVE_COUNT: v.optional(v.pipe(v.string(), fromText(parseCount))),
  WORKER_IDLE_SECONDS: v.optional(v.pipe(v.string(), fromText(parseSeconds))),
});

const oneShotSchema = v.object({
  INPUT_VIDEO_FILE_URL: url,
  OUTPUT_THUMBS_FILE_NAME: v.pipe(
    required,
    v.check((name) => formatOf(name) !== undefined, "must end in .png, .jpg, .jpeg or .webp"),
  ),
  POSITION_TIME_DURATION: timestamp,
  OUTPUT_S3_PATH: v.pipe(required, v.regex(/^[^/]+(?:\/|$)/, "must be BUCKET or BUCKET/PREFIX")),
  THUMBNAIL_WIDTH: widthPixels,
  PUBLIC_THUMBNAILS: flag,
  JOB_TIME_LIMIT_SECONDS: jobTimeLimitSeconds,
});

/**
 * The worker's settings from its environment variables; `INPUT_VIDEO_FILE_URL` chooses one-shot mode. Throws one
 * Error that names every variable that is missing or wrong.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv): QueueEnvironment | OneShotEnvironment {
  return variables.INPUT_VIDEO_FILE_URL === undefined ? readQueue(variables) : readOneShot(variables);
}

function readQueue(variables: NodeJS.ProcessEnv): QueueEnvironment {
  const read = parse(queueSchema, variables);
  return {
    mode: "queue",
    jobQueueUrl: read.JOB_QUEUE_URL,
    failedJobsQueueUrl: read.FAILED_JOBS_QUEUE_URL,
    timestamp: read.THUMBNAIL_TIMESTAMP,
    thumbnail: {
      format: read.THUMBNAIL_FORMAT,
      widthPixels: read.THUMBNAIL_WIDTH,
      isPublic: read.PUBLIC_THUMBNAILS,
    },
    outputPrefix: read.OUTPUT_PREFIX,
    videoSuffixes: read.VIDEO_SUFFIXES,
    removeThumbnails: read.REMOVE_THUMBNAILS,
    jobTimeLimitSeconds: read.JOB_TIME_LIMIT_SECONDS,
    maxReceiveCount: read.MAX_RECEIVE_COUNT ?? Infinity,
    idleSeconds: read.WORKER_IDLE_SECONDS,
  };
}

function readOneShot(variables: NodeJS.ProcessEnv): OneShotEnvironment {
  const read = parse(oneShotSchema, variables);
  const [bucket = "", ...prefix] = read.OUTPUT_S3_PATH.replace(/\/+$/, "").split("/");
  return {
    mode: "one-shot",
    inputUrl: read.INPUT_VIDEO_FILE_URL,
    timestamp: read.POSITION_TIME_DURATION,
    thumbnail: {
      format: formatOf(read.OUTPUT_THUMBS_FILE_NAME) ?? "png",
      widthPixels: read.THUMBNAIL_WIDTH,
      isPublic: read.PUBLIC_THUMBNAILS,
    },
    jobTimeLimitSeconds: read.JOB_TIME_LIMIT_SECONDS,
    outputBucket: bucket,
    outputKey: [...prefix, read.OUTPUT_THUMBS_FILE_NAME].join("/"),
  };
}

function parse<Schema extends typeof queueSchema | typeof oneShotSchema>(
  schema: Schema,
  variables: NodeJS.ProcessEnv,
) {
  // A variable that is not there is checked as one that is undefined, and told of in this file's words.
  const named = Object.fromEntries(Object.keys(schema.entries).map((name) => [name, variables[name]]));
  const result = v.safeParse(schema, named);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `${v.getDotPath(issue) ?? "?"} ${issue.message}`);
  throw new Error(`The worker's environment is wrong: ${problems.join("; ")}.`);
}

function formatOf(fileName: string): ThumbnailFormat | undefined {
  const extension = extname(fileName).slice(1).toLowerCase();
  if (extension === "jpeg") return "jpg";
  return thumbnailFormats.find((format) => format === extension);
}

function parseWidth(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new Error(`${JSON.stringify(text)} is not a width in pixels`);
  return Number(text);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`${JSON.stringify(text)} is not a number from 1 to 9999`);
  return Number(text);
}

function parseSeconds(text: string): number {
  if (!/^\d{1,9}(?:\.\d+)?$/.test(text))
    throw new Error(`${JSON.stringify(text)} is not a number of seconds`);
  return Number(text);
}
