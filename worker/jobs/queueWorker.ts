import { S3Client } from "@aws-sdk/client-s3";
import type { Message } from "@aws-sdk/client-sqs";
import { SQSClient } from "@aws-sdk/client-sqs";
import { Consumer } from "sqs-consumer";
import type { QueueEnvironment } from "../environment";
import { maxReasonLength, messageOf, printable, UnusableVideoError } from "../errors";
import { sendToFailedJobs } from "./failedJobs";
import type { FailureReasonText } from "../../contract/failureReasons";
import type { Job } from "../../contract/job";
import { parseJob } from "./parseJob";
import { jobTimestamp } from "./jobTimestamp";
import type { Log } from "../log";
import { LoopbackServer } from "../source/loopbackServer";
import { thumbnailKey } from "../../contract/outputs";
import { S3Source } from "../source/s3Source";
import type { ThumbnailOrder, Workshop } from "../thumbnail";
import { makeThumbnail } from "../thumbnail";
import { within } from "./timeLimit";

const visibilitySeconds = 120;
const heartbeatSeconds = 40;
const longestPollSeconds = 20;
/** A queue that can not be reached so many times running ends the worker: ECS or the supervisor starts another. */
const maxUnreachable = 10;

/**
 * Takes one job after the other from the queue until none came for `idleSeconds`, or until `stop` is aborted: then
 * the job in hand is visible in the queue again at once. Throws when the queue stays unreachable.
 */
export async function runQueueWorker(
  environment: QueueEnvironment,
  log: Log,
  stop: AbortSignal,
): Promise<void> {
  const sqs = new SQSClient();
  const loopback = await LoopbackServer.start();
  const workshop: Workshop = { s3: new S3Client(), loopback, thumbnail: environment.thumbnail };
  try {
    await poll(sqs, environment, log, stop, (message) =>
      handleMessage(workshop, sqs, environment, message, log, stop),
    );
  } finally {
    loopback.stop();
    workshop.s3.destroy();
    sqs.destroy();
  }
}

function poll(
  sqs: SQSClient,
  { jobQueueUrl, idleSeconds = Infinity }: QueueEnvironment,
  log: Log,
  stop: AbortSignal,
  handle: (message: Message) => Promise<void>,
): Promise<void> {
  const pollSeconds = (remainingSeconds: number) =>
    Math.min(longestPollSeconds, Math.max(0, Math.ceil(remainingSeconds)));
  const consumer = Consumer.create({
    sqs,
    queueUrl: jobQueueUrl,
    batchSize: 1,
    messageSystemAttributeNames: ["ApproximateReceiveCount"],
    visibilityTimeout: visibilitySeconds,
    heartbeatInterval: heartbeatSeconds,
    waitTimeSeconds: pollSeconds(idleSeconds),
    terminateVisibilityTimeout: () => (stop.aborted ? 0 : visibilitySeconds),
    handleMessage: async (message) => {
      await handle(message);
      return message;
    },
  });

  const setPoll = (remainingSeconds: number) => {
    // The consumer takes 0 (a short poll, for `idleSeconds` of 0) only when it is made.
    const waitSeconds = pollSeconds(remainingSeconds);
    if (waitSeconds > 0) consumer.updateOption("waitTimeSeconds", waitSeconds);
  };

  return new Promise((resolve, reject) => {
    let jobInHand = false;
    let idleSince = performance.now();
    let unreachable = 0;
    const finish = () => {
      consumer.stop({ abort: true });
      resolve();
    };
    const onStop = () => {
      // Aborting the consumer would also abort the call that makes the job in hand visible again.
      if (!jobInHand) finish();
    };

    consumer.on("message_received", () => {
      jobInHand = true;
      unreachable = 0;
    });
    consumer.on("response_processed", () => {
      jobInHand = false;
      idleSince = performance.now();
      setPoll(idleSeconds);
      if (stop.aborted) finish();
    });
    consumer.on("empty", () => {
      unreachable = 0;
      const remainingSeconds = idleSeconds - (performance.now() - idleSince) / 1000;
      if (remainingSeconds > 0.5) {
        setPoll(remainingSeconds);
      } else {
        log({ level: "info", event: "worker-idle", idleSeconds });
        finish();
      }
    });
    consumer.on("error", (error) => {
      if (stop.aborted) return;
      log({ level: "warn", event: "queue-unreachable", error: messageOf(error) });
      if (jobInHand || ++unreachable < maxUnreachable) return;
      consumer.stop({ abort: true });
      reject(new Error(`the jobs queue could not be reached ${maxUnreachable} times: ${messageOf(error)}`));
    });
    // `handle` has told of the error already.
    consumer.on("processing_error", () => undefined);
    stop.addEventListener("abort", onStop, { once: true });
    if (stop.aborted) finish();
    else consumer.start();
  });
}

/** Does one job. Returns when its message is to be deleted; throws when SQS is to show it again. */
async function handleMessage(
  workshop: Workshop,
  sqs: SQSClient,
  environment: QueueEnvironment,
  message: Message,
  log: Log,
  stop: AbortSignal,
): Promise<void> {
  const body = message.Body ?? "";
  const receiveCount = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
  let job: Job | undefined;
  try {
    try {
      job = understand(body);
      log({ level: "info", event: "job-started", key: job.key, bucket: job.bucket, receiveCount });
      const order = orderOf(job, workshop, environment);
      const stored = await within(environment.jobTimeLimitSeconds, stop, (signal) =>
        makeThumbnail(workshop, order, signal),
      );
      log({ ...stored, ...uploadToThumbnail(job, Date.now()) });
    } catch (error) {
      const reason = reasonToGiveUp(error, receiveCount, environment.maxReceiveCount);
      if (reason === undefined || stop.aborted) throw error;
      const what = job ?? { message: body };
      await sendToFailedJobs(sqs, environment.failedJobsQueueUrl, what, reason, receiveCount);
      log({ level: "error", event: "job-failed", key: job?.key, reason });
    }
  } catch (error) {
    const key = job?.key;
    if (stop.aborted) log({ level: "info", event: "job-returned", key });
    else log({ level: "warn", event: "job-left-for-retry", key, error: messageOf(error), receiveCount });
    throw error;
  }
}

/** Why a job is not tried again; after its last try SQS would put it aside, but without a reason. */
function reasonToGiveUp(
  error: unknown,
  receiveCount: number,
  maxReceiveCount: number,
): FailureReasonText | undefined {
  if (error instanceof UnusableVideoError) return error.reason;
  return receiveCount >= maxReceiveCount
    ? `failed at each of ${receiveCount} tries: ${printable(messageOf(error), maxReasonLength - 40)}`
    : undefined;
}

function understand(body: string): Job {
  try {
    return parseJob(body);
  } catch (error) {
    throw new UnusableVideoError(`not understood: ${messageOf(error)}`);
  }
}

/**
 * How long an uploader has waited; nothing for a job that a backfill or a redrive asked for long after the upload.
 * Never negative, whatever the clocks say: CloudWatch has no percentiles of a metric with negative values.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
 */
export function uploadToThumbnail(
  { uploadedAt, requestedAt }: Pick<Job, "uploadedAt" | "requestedAt">,
  nowMs: number,
): { uploadToThumbnailSeconds?: number } {
  const uploadedAtMs = Date.parse(uploadedAt);
  if (requestedAt !== undefined || Number.isNaN(uploadedAtMs)) return {};
  return { uploadToThumbnailSeconds: Math.max(0, nowMs - uploadedAtMs) / 1000 };
}

function orderOf(job: Job, { s3, thumbnail }: Workshop, environment: QueueEnvironment): ThumbnailOrder {
  const { timestamp, outputPrefix: prefix, videoSuffixes, removeThumbnails } = environment;
  return {
    source: new S3Source(s3, job.bucket, job.key),
    videoKey: job.key,
    chooseTimestamp: (metadata) => jobTimestamp(job.key, metadata, timestamp),
    outputBucket: job.bucket,
    outputKey: thumbnailKey(job.key, { format: thumbnail.format, prefix, videoSuffixes }),
    removeWithVideo: removeThumbnails,
  };
}
