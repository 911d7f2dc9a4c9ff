import type { Message } from "@aws-sdk/client-sqs";
import type { FailureReasonText } from "../../contract/failureReasons";
import type { Job } from "../../contract/job";
import { maxReasonLength, messageOf, printable } from "../errors";
import { sendToFailedJobs } from "./failedJobs";
import { hasWaitedTooLong, sendAgain } from "./giveBack";
import type { JobBench } from "./jobInHand";
import { endingOf } from "./jobInHand";
import { parseJob } from "./parseJob";
import type { ReceivedMessage } from "./receivedJob";
import { readMessage } from "./receivedJob";

/** When a job is shown again, in times of the worker's first wait: a minute and five minutes, for five seconds. */
const delayAfterFailure = 12;
const delayAfterTrouble = 60;

/**
 * Does the job of a message, and whatever comes of it sees to it that the message is not needed any more: that there is
 * a thumbnail, a failed job, or the same job in a new message. Returns when the message is to be deleted; throws when
 * SQS takes nothing of that, and is to show the message again by itself.
 */
export async function handleMessage(bench: JobBench, message: Message): Promise<void> {
  const received = readMessage(message);
  let job: Job | undefined;
  try {
    try {
      job = parseJob(received.body);
    } catch (error) {
      await putAside(
        bench,
        { message: received.body },
        `not understood: ${messageOf(error)}`,
        received.receiveCount,
      );
      return;
    }
    await doJob(bench, job, received);
  } catch (error) {
    const { receiveCount } = received;
    bench.log({
      level: "warn",
      event: "job-left-for-retry",
      key: job?.key,
      error: messageOf(error),
      receiveCount,
    });
    throw error;
  }
}

async function doJob(bench: JobBench, job: Job, received: ReceivedMessage): Promise<void> {
  const { environment, log } = bench;
  const { key, bucket, failures = 0 } = job;
  const { receiveCount } = received;
  log({ level: "info", event: "job-started", key, bucket, receiveCount, ...(failures > 0 && { failures }) });
  const ending = await endingOf(bench, job);
  const attempts = failures + receiveCount;
  switch (ending.kind) {
    case "done":
      return;
    case "hopeless":
      await putAside(bench, job, ending.reason, attempts);
      return;
    case "failed":
      await failed(bench, job, received, ending.error);
      return;
    case "unfinished": {
      if (hasWaitedTooLong(job, received)) {
        await putAside(
          bench,
          job,
          because("waited too long for S3 or for a worker: ", ending.error),
          attempts,
        );
        return;
      }
      const delaySeconds = bench.stop.aborted ? 0 : delayAfterTrouble * environment.backOffSeconds;
      await sendAgain(bench.sqs, environment.jobQueueUrl, job, received, failures, delaySeconds);
      log({ level: "info", event: "job-returned", key, error: messageOf(ending.error) });
    }
  }
}

/** A try is spent; after the last one the job is put aside. */
async function failed(bench: JobBench, job: Job, received: ReceivedMessage, error: unknown): Promise<void> {
  const { environment, sqs, log } = bench;
  const { maxTries, jobQueueUrl, backOffSeconds } = environment;
  const failures = (job.failures ?? 0) + 1;
  if (failures >= maxTries) {
    const reason = because(`failed at each of ${failures} tries: `, error);
    await putAside(bench, job, reason, (job.failures ?? 0) + received.receiveCount);
    return;
  }
  const delaySeconds = delayAfterFailure * backOffSeconds * 2 ** (failures - 1);
  await sendAgain(sqs, jobQueueUrl, job, received, failures, delaySeconds);
  const { receiveCount } = received;
  log({
    level: "warn",
    event: "job-left-for-retry",
    key: job.key,
    error: messageOf(error),
    receiveCount,
    failures,
  });
}

async function putAside(
  { sqs, environment, log }: JobBench,
  job: Job | { readonly message: string },
  reason: FailureReasonText,
  attempts: number,
): Promise<void> {
  await sendToFailedJobs(sqs, environment.failedJobsQueueUrl, job, reason, attempts);
  log({ level: "error", event: "job-failed", key: "key" in job ? job.key : undefined, reason });
}

/** What went wrong, behind one of the reasons' beginnings. */
function because(beginning: FailureReasonText, error: unknown): FailureReasonText {
  return `${beginning}${printable(messageOf(error), maxReasonLength - beginning.length)}`;
}
