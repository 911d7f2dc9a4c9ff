import type { S3Event } from "aws-lambda";
import { objectKey } from "../../contract/uploads";
import type { ReceivedMessage } from "./queueMessages";

/** An event that a Lambda failed on at every attempt, as an operator sees it. */
export interface FailedEvent {
  /** The Lambda's name. */
  function: string;
  error: string;
  attempts: number | null;
  /** ISO 8601. */
  failedAt: string | null;
  /** The objects that the event is about: videos, or thumbnails. */
  keys: string[];
  event: unknown;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
interface InvocationRecord {
  timestamp?: string;
  requestContext?: { functionArn?: string; approximateInvokeCount?: number };
  requestPayload?: unknown;
  responsePayload?: { errorType?: string; errorMessage?: string } | null;
}

export function readFailedEvent({ Body }: ReceivedMessage): FailedEvent {
  const { timestamp = null, requestContext, requestPayload, responsePayload } = parseRecord(Body);
  return {
    // arn:aws:lambda:REGION:ACCOUNT:function:NAME:VERSION
    function: requestContext?.functionArn?.split(":")[6] ?? "unknown",
    error:
      responsePayload?.errorMessage ?? responsePayload?.errorType ?? "no answer (timeout, or out of memory)",
    attempts: requestContext?.approximateInvokeCount ?? null,
    failedAt: timestamp,
    keys: recordsOf(requestPayload).map(keyOrItsCode),
    event: requestPayload,
  };
}

/** Of what somebody else has put into the queue there is nothing to read. */
function parseRecord(body: string): InvocationRecord {
  try {
    const record: unknown = JSON.parse(body);
    return typeof record === "object" && record !== null ? record : {};
  } catch {
    return {};
  }
}

/** An event that a Lambda failed on may be one that it could not read. */
function keyOrItsCode(record: S3Event["Records"][number]): string {
  try {
    return objectKey(record);
  } catch {
    return record.s3.object.key;
  }
}

/** The records of S3's event; none of any other event. */
export function recordsOf(event: unknown): S3Event["Records"] {
  const { Records = [] } = (event ?? {}) as Partial<S3Event>;
  return Records.filter((record) => "s3" in record);
}
