import { failedAtEveryTry } from "../../contract/failureReasons";
import { failureFields } from "../../contract/job";
import { numberOrNull, parseObject, textOrNull } from "./anyMessage";
import type { ReceivedMessage } from "./queueMessages";

/** A message of the failed-jobs queue, as an operator sees it. */
export interface FailedJob {
  /** The video's; null of a message that is no job. */
  key: string | null;
  reason: string;
  /** How often a worker has tried; null when nobody knows. */
  attempts: number | null;
  /** ISO 8601. Null of a job that SQS itself put aside, which it does without a date. */
  failedAt: string | null;
  uploadedAt: string | null;
}

/** Reads a message that a worker sent, or that SQS moved after `maxReceiveCount` tries. */
export function readFailedJob(message: ReceivedMessage, maxReceiveCount: number | null): FailedJob {
  const { key, uploadedAt, failedAt, reason, attempts } = parseObject(message.Body);
  const job = { key: textOrNull(key), uploadedAt: textOrNull(uploadedAt), failedAt: textOrNull(failedAt) };
  return typeof reason === "string"
    ? { ...job, reason, attempts: numberOrNull(attempts) }
    : { ...job, reason: failedAtEveryTry, attempts: maxReceiveCount };
}

/** The body of the job to send again: as it was, and since when it is wanted again. */
export function jobAgain(message: ReceivedMessage, requestedAt: Date): string | object {
  const body = parseObject(message.Body);
  // A worker keeps what it does not understand as text, and SQS as it is.
  if (typeof body["key"] !== "string") return textOrNull(body["message"]) ?? message.Body;
  const job = Object.entries(body).filter(([field]) => !(failureFields as readonly string[]).includes(field));
  return { ...Object.fromEntries(job), requestedAt: requestedAt.toISOString() };
}

/** The bucket of a job, or of what was a job to somebody; null when the body names none. */
export function bucketOfJob(body: string | object): string | null {
  const { bucket } = typeof body === "string" ? parseObject(body) : (body as Record<string, unknown>);
  return textOrNull(bucket);
}
