import { randomUUID } from "node:crypto";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { FailureReasonText } from "../../contract/failureReasons";
import type { Job } from "../../contract/job";
import { extraKey, hasExtras } from "../../contract/extras";
import { thumbnailKey } from "../../contract/outputs";
import type { TaskMemory } from "../child/taskMemory";
import type { QueueEnvironment } from "../environment";
import { messageOf, UnusableVideoError } from "../errors";
import type { Log } from "../log";
import { makersOf } from "../making/makersOf";
import type { ExtrasOrder, OrderReport, ThumbnailOrder, Workshop } from "../making/order";
import { S3Source } from "../source/s3Source";
import { makeThumbnail } from "../thumbnail";
import { BackOff, wait } from "./backOff";
import { blameOf } from "./faults";
import { jobTimestamp } from "./jobTimestamp";
import { within } from "./timeLimit";
import { uploadToThumbnail } from "./uploadToThumbnail";

/** What a worker does its jobs with. */
export interface JobBench {
  readonly environment: QueueEnvironment;
  readonly workshop: Workshop;
  readonly sqs: SQSClient;
  readonly log: Log;
  readonly memory: TaskMemory;
  /** Told to stop: nothing new is begun, and nothing waited for. */
  readonly stop: AbortSignal;
  /** Aborted some time after `stop`, when there is just time enough left to give the job in hand back. */
  readonly deadline: AbortSignal;
}

/** How a job in a worker's hand ended. */
export type Ending =
  | { readonly kind: "done" }
  /** No further try can end otherwise. */
  | { readonly kind: "hopeless"; readonly reason: FailureReasonText }
  /** It spends a try. */
  | { readonly kind: "failed"; readonly error: unknown }
  /** By no fault of the job's. */
  | { readonly kind: "unfinished"; readonly error: unknown };

/**
 * With the first wait of 5 s, S3 may be away for some twenty minutes before a worker turns to another job: longer than
 * the alarm on the oldest job waits, since SQS counts the age of one that is sent again anew.
 */
const maxWaits = 12;

/** A video that is replaced again and again has jobs of its own for what replaces it. */
const maxReplacements = 3;

/**
 * Does a job, and sits out in this very hand what is not its fault: while S3 or the network is in trouble, the job is
 * tried again later and later, and no other job is taken that would meet the same trouble.
 */
export async function endingOf(bench: JobBench, job: Job): Promise<Ending> {
  const { environment, workshop, log, stop, deadline } = bench;
  const backOff = new BackOff(environment.backOffSeconds);
  const tell = teller(bench, job);
  for (let replacements = 0; ;) {
    const source = new S3Source(workshop.s3, job.bucket, job.key, { tellsTag: true });
    try {
      const order = { ...orderOf(job, source, bench), tell };
      await within(environment.jobTimeLimitSeconds, deadline, (signal) =>
        makeThumbnail(workshop, order, signal),
      );
      return { kind: "done" };
    } catch (error) {
      if (error instanceof UnusableVideoError) {
        const tries = (job.failures ?? 0) + 1;
        return tries < error.fromTry ? { kind: "failed", error } : { kind: "hopeless", reason: error.reason };
      }
      if (deadline.aborted) return { kind: "unfinished", error: deadline.reason };
      const blame = blameOf(error, source.delayedSeconds);
      if (blame === "job") return { kind: "failed", error };
      if (blame === "replaced") replacements += 1;
      if (replacements > maxReplacements) return { kind: "unfinished", error };
      if (blame === "replaced") continue;
      if (stop.aborted || backOff.count >= maxWaits) return { kind: "unfinished", error };
      const waitSeconds = backOff.nextSeconds();
      log({ level: "warn", event: "job-waits", key: job.key, error: messageOf(error), waitSeconds });
      if (!(await wait(waitSeconds, stop))) return { kind: "unfinished", error: stop.reason };
    }
  }
}

function orderOf(job: Job, source: S3Source, { environment, workshop }: JobBench): ThumbnailOrder {
  const { timestamp, outputPrefix: prefix, videoSuffixes, removeThumbnails } = environment;
  const { outputBucket = job.bucket } = environment;
  const { format } = workshop.thumbnail;
  return {
    source,
    videoKey: job.key,
    videoBucket: outputBucket === job.bucket ? undefined : job.bucket,
    chooseTimestamp: (video) => jobTimestamp(job.key, video, timestamp),
    outputBucket,
    outputKey: thumbnailKey(job.key, { format, prefix, videoSuffixes }),
    removeWithVideo: removeThumbnails,
    // An operator who asks for it again has changed something that no tag tells.
    unlessMade: job.taggedAt !== undefined && job.requestedAt === undefined,
    extras: extrasOf(job, environment),
  };
}

/** Logs what is told of a job; with its first thumbnail, how long the uploader has waited for one. */
function teller({ log }: JobBench, job: Job): (report: OrderReport) => void {
  let isFirst = true;
  return (report) => {
    if (report.event !== "thumbnail-stored") {
      log(report);
      return;
    }
    log({ ...report, ...(isFirst && uploadToThumbnail(job, Date.now())) });
    isFirst = false;
  };
}

function extrasOf({ key }: Job, { extras, extrasPrefix }: QueueEnvironment): ExtrasOrder | undefined {
  if (!hasExtras(extras)) return undefined;
  return {
    folder: extraKey(key, "", extrasPrefix),
    settings: extras,
    makers: makersOf(extras),
    newMaker: randomUUID,
    now: () => new Date(),
  };
}
