import { keyToldIn, objectEventsIn } from "../../contract/objectEvents";
import { numberOrNull, objectOrEmpty, parseObject, textOrNull } from "./anyMessage";
import type { ReceivedMessage } from "./queueMessages";

/** An event that came to nothing at every attempt, as an operator sees it. */
export interface FailedEvent {
  /** The Lambda's name. */
  function: string;
  error: string;
  attempts: number | null;
  /** ISO 8601. */
  failedAt: string | null;
  /** The objects that the event is about: videos, thumbnails, or manifests. */
  keys: string[];
  event: unknown;
}

/**
 * Reads Lambda's record of an event that it failed on, an event that EventBridge could not give to a Lambda, or whatever
 * else somebody has put into the queue.
 */
export function readFailedEvent(message: ReceivedMessage): FailedEvent {
  const body = parseObject(message.Body);
  return isOfEventBridge(body) ? undelivered(message, body) : failedOn(body);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function failedOn(record: Record<string, unknown>): FailedEvent {
  const { timestamp, requestContext, requestPayload, responsePayload } = record;
  const { functionArn, approximateInvokeCount } = objectOrEmpty(requestContext);
  const { errorMessage, errorType } = objectOrEmpty(responsePayload);
  return {
    function: nameOfFunction(textOrNull(functionArn)),
    error: textOrNull(errorMessage) ?? textOrNull(errorType) ?? "no answer (timeout, or out of memory)",
    attempts: numberOrNull(approximateInvokeCount),
    failedAt: textOrNull(timestamp),
    keys: keysIn(requestPayload),
    event: requestPayload,
  };
}

/**
 * The event as it was; the message's attributes tell what it was meant for, and why it did not get there.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
function undelivered({ Attributes, MessageAttributes }: ReceivedMessage, event: object): FailedEvent {
  const told = (name: string) => textOrNull(MessageAttributes?.[name]?.StringValue);
  const why = [told("ERROR_CODE"), told("ERROR_MESSAGE")].filter((part) => part !== null);
  const retries = told("RETRY_ATTEMPTS");
  const sentAtMs = Number(Attributes?.SentTimestamp ?? NaN);
  return {
    function: nameOfFunction(told("TARGET_ARN")),
    error: `not delivered by EventBridge: ${why.join(": ") || "it does not say why"}`,
    attempts: retries !== null && /^\d{1,9}$/.test(retries) ? Number(retries) + 1 : null,
    failedAt: Number.isNaN(sentAtMs) ? null : new Date(sentAtMs).toISOString(),
    keys: keysIn(event),
    event,
  };
}

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, with a version or without. */
function nameOfFunction(arn: string | null): string {
  return arn?.split(":")[6] ?? "unknown";
}

/** An event that came to nothing may be one that nobody can read. */
function keysIn(event: unknown): string[] {
  return isOfS3(event)
    ? objectEventsIn(event)
        .map(keyToldIn)
        .filter((key) => key !== null)
    : [];
}

/** Whether an event is S3's own, a notification with an object in it or one by EventBridge. */
export function isOfS3(event: unknown): boolean {
  const { Records, source } = objectOrEmpty(event);
  return Array.isArray(Records) ? Records.length > 0 : source === "aws.s3" && isOfEventBridge(event);
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export function isOfEventBridge(event: unknown): boolean {
  return typeof objectOrEmpty(event)["detail-type"] === "string";
}
