import { extname } from "node:path/posix";
import * as v from "valibot";
import type { ExtrasSettings, Rendition } from "../contract/extras";
import { parseRendition, sheetFormats } from "../contract/extras";
import { messageOf } from "./errors";
import { parseVideoUrl, type VideoAddress } from "./oneShot/videoUrl";
import { readVideoSuffixes, thumbnailFormats, type ThumbnailFormat } from "../contract/outputs";
import type { Timestamp } from "../contract/timestamp";
import { defaultTimestamp, parseTimestamp } from "../contract/timestamp";

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
  /** Where outputs go; undefined: to the bucket of each job's video. */
  readonly outputBucket: string | undefined;
  /** The KMS key that what is stored is encrypted with; undefined: what the bucket itself uses. */
  readonly kmsKeyArn: string | undefined;
  readonly outputPrefix: string;
  /** Made of each video besides its thumbnail, and what their keys begin with. */
  readonly extras: ExtrasSettings;
  readonly extrasPrefix: string;
  /** Endings of keys that are videos, in any case. */
  readonly videoSuffixes: readonly string[];
  /** A thumbnail whose video is gone goes, too. */
  readonly removeThumbnails: boolean;
  /** A job that takes longer is given up, and tried again later. */
  readonly jobTimeLimitSeconds: number;
  /** After so many failures of its own a job is put aside. */
  readonly maxTries: number;
  /** How long S3 and SQS may take to answer. */
  readonly answerSeconds: number;
  /** The first wait when S3 or SQS is in trouble; each further one is twice as long. */
  readonly backOffSeconds: number;
  /** How long after SIGTERM there may be a SIGKILL: the task's `stopTimeout`. */
  readonly stopTimeoutSeconds: number;
  /** The worker stops after so many seconds without a job; undefined: never. */
  readonly idleSeconds: number | undefined;
  /** Of all child processes of a job together. */
  readonly videoCpuSeconds: number;
  /** What the task has; undefined: as much as the worker's system says. */
  readonly taskMemoryMiB: number | undefined;
}

export interface OneShotEnvironment {
  readonly mode: "one-shot";
  readonly input: VideoAddress;
  readonly timestamp: Timestamp;
  readonly thumbnail: ThumbnailSettings;
  readonly jobTimeLimitSeconds: number;
  readonly answerSeconds: number;
  readonly outputBucket: string;
  readonly outputKey: string;
  readonly videoCpuSeconds: number;
  readonly taskMemoryMiB: number | undefined;
}

const defaultMaxTries = 3;

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
const timestamp = v.pipe(v.optional(v.string(), defaultTimestamp), fromText(parseTimestamp));
const widthPixels = v.pipe(v.optional(v.string(), "1280"), fromText(parseWidth));
const jobTimeLimitSeconds = v.pipe(v.optional(v.string(), "600"), fromText(parseSeconds));
/**
 * The dearest honest video measured, the last frame of a GOP of 10 s in 4K at 60 frames a second, 10-bit HEVC, takes 14
 * s. Six times as much still fits, at a quarter of a vCPU, into the time that a job has in all.
 */
const videoCpuSeconds = v.pipe(v.optional(v.string(), "90"), fromText(parseSeconds));
const taskMemoryMiB = v.optional(v.pipe(v.string(), fromText(parseMemory)));
const flag = v.pipe(
  v.optional(v.picklist(["true", "false"], "must be true or false"), "false"),
  v.transform((text) => text === "true"),
);
const format = v.optional(
  v.picklist(thumbnailFormats, `must be one of ${thumbnailFormats.join(", ")}`),
  "png",
);
const answerSeconds = v.pipe(v.optional(v.string(), "15"), fromText(parseSeconds));

const queueSchema = v.object({
  JOB_QUEUE_URL: url,
  FAILED_JOBS_QUEUE_URL: url,
  THUMBNAIL_TIMESTAMP: timestamp,
  THUMBNAIL_FORMAT: format,
  THUMBNAIL_WIDTH: widthPixels,
  OUTPUT_BUCKET: v.optional(v.pipe(v.string(), v.nonEmpty("is empty"))),
  KMS_KEY_ARN: v.optional(v.pipe(v.string(), v.nonEmpty("is empty"))),
  OUTPUT_PREFIX: v.optional(v.string(), "thumb/"),
  STORYBOARD: flag,
  STORYBOARD_TILE_WIDTH: v.pipe(v.optional(v.string(), "160"), fromText(parseWidth)),
  STORYBOARD_FORMAT: v.optional(v.picklist(sheetFormats, `must be one of ${sheetFormats.join(", ")}`), "jpg"),
  PREVIEW: flag,
  PREVIEW_SECONDS: v.pipe(v.optional(v.string(), "4"), fromText(parseCount)),
  PREVIEW_WIDTH: v.pipe(v.optional(v.string(), "320"), fromText(parseWidth)),
  RENDITIONS: v.pipe(v.optional(v.string(), ""), fromText(parseRenditions)),
  EXTRAS_PREFIX: v.optional(v.string(), "extras/"),
  PUBLIC_THUMBNAILS: flag,
  VIDEO_SUFFIXES: v.pipe(v.optional(v.string(), ".mp4"), v.transform(readVideoSuffixes)),
  REMOVE_THUMBNAILS: flag,
  JOB_TIME_LIMIT_SECONDS: jobTimeLimitSeconds,
  MAX_TRIES: v.optional(v.pipe(v.string(), fromText(parseCount))),
  // The name of MAX_TRIES while it was SQS that counted them.
  MAX_RECEIVE_COUNT: v.optional(v.pipe(v.string(), fromText(parseCount))),
  ANSWER_TIMEOUT_SECONDS: answerSeconds,
  BACK_OFF_SECONDS: v.pipe(v.optional(v.string(), "5"), fromText(parseSeconds)),
  // What ECS itself waits unless it is told otherwise.
  STOP_TIMEOUT_SECONDS: v.pipe(v.optional(v.string(), "30"), fromText(parseSeconds)),
  WORKER_IDLE_SECONDS: v.optional(v.pipe(v.string(), fromText(parseSeconds))),
  VIDEO_CPU_SECONDS: videoCpuSeconds,
  TASK_MEMORY_MIB: taskMemoryMiB,
});

const oneShotSchema = v.object({
  INPUT_VIDEO_FILE_URL: v.pipe(required, fromText(parseVideoUrl)),
  OUTPUT_THUMBS_FILE_NAME: v.pipe(required, fromText(parseFileName)),
  POSITION_TIME_DURATION: timestamp,
  OUTPUT_S3_PATH: v.pipe(required, fromText(parseOutputPath)),
  THUMBNAIL_WIDTH: widthPixels,
  PUBLIC_THUMBNAILS: flag,
  JOB_TIME_LIMIT_SECONDS: jobTimeLimitSeconds,
  VIDEO_CPU_SECONDS: videoCpuSeconds,
  TASK_MEMORY_MIB: taskMemoryMiB,
  ANSWER_TIMEOUT_SECONDS: answerSeconds,
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
    outputBucket: read.OUTPUT_BUCKET,
    kmsKeyArn: read.KMS_KEY_ARN,
    outputPrefix: read.OUTPUT_PREFIX,
    extras: {
      storyboard: read.STORYBOARD
        ? { tileWidthPixels: read.STORYBOARD_TILE_WIDTH, format: read.STORYBOARD_FORMAT }
        : undefined,
      preview: read.PREVIEW ? { seconds: read.PREVIEW_SECONDS, widthPixels: read.PREVIEW_WIDTH } : undefined,
      renditions: read.RENDITIONS,
    },
    extrasPrefix: read.EXTRAS_PREFIX,
    videoSuffixes: read.VIDEO_SUFFIXES,
    removeThumbnails: read.REMOVE_THUMBNAILS,
    jobTimeLimitSeconds: read.JOB_TIME_LIMIT_SECONDS,
    maxTries: read.MAX_TRIES ?? read.MAX_RECEIVE_COUNT ?? defaultMaxTries,
    answerSeconds: read.ANSWER_TIMEOUT_SECONDS,
    backOffSeconds: read.BACK_OFF_SECONDS,
    stopTimeoutSeconds: read.STOP_TIMEOUT_SECONDS,
    idleSeconds: read.WORKER_IDLE_SECONDS,
    videoCpuSeconds: read.VIDEO_CPU_SECONDS,
    taskMemoryMiB: read.TASK_MEMORY_MIB,
  };
}

function readOneShot(variables: NodeJS.ProcessEnv): OneShotEnvironment {
  const read = parse(oneShotSchema, variables);
  const { name, format } = read.OUTPUT_THUMBS_FILE_NAME;
  const { bucket, prefix } = read.OUTPUT_S3_PATH;
  return {
    mode: "one-shot",
    input: read.INPUT_VIDEO_FILE_URL,
    timestamp: read.POSITION_TIME_DURATION,
    thumbnail: { format, widthPixels: read.THUMBNAIL_WIDTH, isPublic: read.PUBLIC_THUMBNAILS },
    jobTimeLimitSeconds: read.JOB_TIME_LIMIT_SECONDS,
    answerSeconds: read.ANSWER_TIMEOUT_SECONDS,
    outputBucket: bucket,
    outputKey: [...prefix, name].join("/"),
    videoCpuSeconds: read.VIDEO_CPU_SECONDS,
    taskMemoryMiB: read.TASK_MEMORY_MIB,
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

/** The thumbnail's file name, which may have folders in front, and the format that its ending names. */
function parseFileName(name: string): { name: string; format: ThumbnailFormat } {
  const format = formatOf(name);
  if (format === undefined)
    throw new Error(`is ${JSON.stringify(name)}: must end in .png, .jpg, .jpeg or .webp`);
  if (name.split("/").includes(""))
    throw new Error(`is ${JSON.stringify(name)}, which has an empty part: NAME or FOLDER/NAME is allowed`);
  return { name, format };
}

/** `BUCKET`, or `BUCKET/PREFIX` with or without a slash behind it. */
function parseOutputPath(text: string): { bucket: string; prefix: string[] } {
  const wrong = (problem: string) =>
    new Error(`is ${JSON.stringify(text)}, which ${problem}: BUCKET or BUCKET/PREFIX is allowed`);
  const scheme = /^[a-z0-9]+:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) throw wrong(`begins with ${scheme}`);
  const [bucket = "", ...prefix] = text.replace(/\/$/, "").split("/");
  if (bucket === "" || prefix.includes("")) throw wrong("has an empty part");
  return { bucket, prefix };
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

/** `320.webp,640.jpg` */
function parseRenditions(text: string): Rendition[] {
  return text
    .split(",")
    .filter((name) => name !== "")
    .map(parseRendition);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`${JSON.stringify(text)} is not a number from 1 to 9999`);
  return Number(text);
}

function parseMemory(text: string): number {
  if (!/^[1-9]\d{2,5}$/.test(text))
    throw new Error(`${JSON.stringify(text)} is not a number of MiB, 100 at least`);
  return Number(text);
}

function parseSeconds(text: string): number {
  if (!/^\d{1,9}(?:\.\d+)?$/.test(text))
    throw new Error(`${JSON.stringify(text)} is not a number of seconds`);
  return Number(text);
}
