import { failedAtEveryTry } from "../../contract/failureReasons";
import { failureFields, type FailedJobMessage, type Job } from "../../contract/job";
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

/** Of a message that anyone may have put there: any of the fields of a job, of text that was no job, and of its failure. */
type FailureBody = Partial<Job & Extract<FailedJobMessage, { message: string }>>;

/** Reads a message that a worker sent, or that SQS moved after `maxReceiveCount` tries. */
export function readFailedJob(message: ReceivedMessage, maxReceiveCount: number | null): FailedJob {
  const body = parseBody(message);
  const { key = null, uploadedAt = null, reason, attempts = null, failedAt = null } = body;
  if (reason === undefined)
    return { key, reason: failedAtEveryTry, attempts: maxReceiveCount, failedAt, uploadedAt };
  return { key, reason, attempts, failedAt, uploadedAt };
}

/** The body of the job to send again: as it was, and since when it is wanted again. */
export function jobAgain(message: ReceivedMessage, requestedAt: Date): string | object {
  const body = parseBody(message);
  // A worker keeps what it does not understand as text, and SQS as it is.
  if (body.key === undefined) return body.message ?? message.Body;
  const job = Object.entries(body).filter(([field]) => !(failureFields as readonly string[]).includes(field));
  return { ...Object.fromEntries(job), requestedAt: requestedAt.toISOString() };
}

function parseBody({ Body }: ReceivedMessage): FailureBody {
  try {
    const body: unknown = JSON.parse(Body);
    return typeof body === "object" && body !== null && !Array.isArray(body) ? body : {};
  } catch {
    return {};
  }
}
