import { ofType, type Resource } from "../../program/resources";
import type { ObjectCreated, ObjectRemoved } from "./s3";

/** One rule of a bucket's notifications: which objects, and the Lambda that is told. */
export interface NotificationRule {
  bucket: string;
  functionArn: string;
  /** Such as `s3:ObjectCreated:*`. */
  events: string[];
  prefix: string;
  suffix: string;
}

/**
 * The notification rules of all buckets, as registered. Throws where S3 would refuse the configuration: two rules
 * for the same event that one key could both match.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export function notificationRules(resources: Resource[]): NotificationRule[] {
  return ofType(resources, "aws:s3/bucketNotification:BucketNotification").flatMap(({ inputs }) => {
    const rules = (inputs.lambdaFunctions ?? []).map((rule) => ({
      bucket: inputs.bucket,
      functionArn: rule.lambdaFunctionArn,
      events: rule.events,
      prefix: rule.filterPrefix ?? "",
      suffix: rule.filterSuffix ?? "",
    }));
    rejectOverlap(rules);
    return rules;
  });
}

/** Whether S3 would tell the rule's Lambda of the object. Filters are case-sensitive. */
export function matches(
  rule: NotificationRule,
  object: Pick<ObjectCreated | ObjectRemoved, "bucket" | "key" | "method">,
): boolean {
  return (
    rule.bucket === object.bucket &&
    object.key.startsWith(rule.prefix) &&
    object.key.endsWith(rule.suffix) &&
    rule.events.some((event) =>
      [`s3:${kindOf(object)}:*`, `s3:${kindOf(object)}:${object.method}`].includes(event),
    )
  );
}

function kindOf({ method }: Pick<ObjectCreated | ObjectRemoved, "method">) {
  return method === "Delete" ? "ObjectRemoved" : "ObjectCreated";
}

/**
 * The event that S3 sends; the key is URL-encoded with `+` for a space.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function objectEvent(
  object: ObjectCreated | ObjectRemoved,
  region: string,
  time: Date,
  sequence: number,
): object {
  const { bucket, key, method } = object;
  // Of an object that is gone S3 tells neither.
  const facts = object.method === "Delete" ? {} : { size: object.sizeBytes, eTag: object.eTag };
  return {
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: region,
        eventTime: time.toISOString(),
        eventName: `${kindOf(object)}:${method}`,
        userIdentity: { principalId: "AWS:LOCAL" },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: { "x-amz-request-id": "LOCAL", "x-amz-id-2": "LOCAL" },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: "local",
          bucket: { name: bucket, ownerIdentity: { principalId: "LOCAL" }, arn: `arn:aws:s3:::${bucket}` },
          object: {
            key: encodeKey(key),
            ...facts,
            sequencer: sequence.toString(16).toUpperCase().padStart(18, "0"),
          },
        },
      },
    ],
  };
}

function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/");
}

function rejectOverlap(rules: NotificationRule[]): void {
  const bothMayMatch = (a: string, b: string, test: "startsWith" | "endsWith") => a[test](b) || b[test](a);
  for (const [index, a] of rules.entries()) {
    const b = rules
      .slice(index + 1)
      .find(
        (other) =>
          bothMayMatch(a.prefix, other.prefix, "startsWith") &&
          bothMayMatch(a.suffix, other.suffix, "endsWith") &&
          a.events.some((event) => other.events.some((otherEvent) => sameEvent(event, otherEvent))),
      );
    if (b !== undefined) {
      throw new Error(
        `S3 would refuse the notifications of bucket ${a.bucket}: the filters ` +
          `"${a.prefix}*${a.suffix}" and "${b.prefix}*${b.suffix}" overlap for the same event.`,
      );
    }
  }
}

function sameEvent(a: string, b: string): boolean {
  const kind = (event: string) => event.split(":")[1];
  return a === b || (kind(a) === kind(b) && (a.endsWith(":*") || b.endsWith(":*")));
}
