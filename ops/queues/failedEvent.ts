import { objectKey, type ObjectRecord } from "../../contract/uploads";
import { numberOrNull, objectOrEmpty, parseObject, textOrNull } from "./anyMessage";
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

/**
 * Reads Lambda's record of an event, or whatever else somebody has put into the queue.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function readFailedEvent({ Body }: ReceivedMessage): FailedEvent {
  const { timestamp, requestContext, requestPayload, responsePayload } = parseObject(Body);
  const { functionArn, approximateInvokeCount } = objectOrEmpty(requestContext);
  const { errorMessage, errorType } = objectOrEmpty(responsePayload);
  return {
    // arn:aws:lambda:REGION:ACCOUNT:function:NAME:VERSION
    function: textOrNull(functionArn)?.split(":")[6] ?? "unknown",
    error: textOrNull(errorMessage) ?? textOrNull(errorType) ?? "no answer (timeout, or out of memory)",
    attempts: numberOrNull(approximateInvokeCount),
    failedAt: textOrNull(timestamp),
    keys: recordsOf(requestPayload)?.map(keyOrItsCode) ?? [],
    event: requestPayload,
  };
}

/** An event that a Lambda failed on may be one that it could not read. */
function keyOrItsCode(record: ObjectRecord): string {
  try {
    return objectKey(record);
  } catch {
    return record.s3.object.key;
  }
}

/** The records of S3's event; undefined of any other event. */
export function recordsOf(event: unknown): ObjectRecord[] | undefined {
  const { Records } = objectOrEmpty(event);
  return Array.isArray(Records) && Records.length > 0 && Records.every(isObjectRecord) ? Records : undefined;
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export function isOfEventBridge(event: unknown): boolean {
  return typeof objectOrEmpty(event)["detail-type"] === "string";
}

function isObjectRecord(record: unknown): record is ObjectRecord {
  const { bucket, object } = objectOrEmpty(objectOrEmpty(record)["s3"]);
  return (
    typeof objectOrEmpty(object)["key"] === "string" && typeof objectOrEmpty(bucket)["name"] === "string"
  );
}
