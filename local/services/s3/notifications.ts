import { ofType, type Resource } from "../../program/resources";
import type { ObjectEvent } from "./bucket";
import { encodeKey } from "./encodeKey";

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

/** Whether S3 would tell the rule's Lambda of the event. Filters are case-sensitive. */
export function matches(
  rule: NotificationRule,
  { kind, bucket, key }: Pick<ObjectEvent, "kind" | "bucket" | "key">,
): boolean {
  return (
    rule.bucket === bucket &&
    key.startsWith(rule.prefix) &&
    key.endsWith(rule.suffix) &&
    rule.events.some((event) => event === `s3:${kind}` || event === `s3:${kind.split(":")[0]}:*`)
  );
}

/**
 * The event that S3 sends; the key is URL-encoded with `+` for a space.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function notificationOf(event: ObjectEvent, region: string, time: Date, sequence: number): object {
  const { kind, bucket, key, sizeBytes, eTag, versionId } = event;
  const isTagging = kind.startsWith("ObjectTagging:");
  return {
    Records: [
      {
        eventVersion: isTagging ? "2.3" : "2.1",
        eventSource: "aws:s3",
        awsRegion: region,
        eventTime: time.toISOString(),
        eventName: kind,
        userIdentity: { principalId: "AWS:LOCAL" },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: { "x-amz-request-id": "LOCAL", "x-amz-id-2": "LOCAL" },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: "local",
          bucket: { name: bucket, ownerIdentity: { principalId: "LOCAL" }, arn: `arn:aws:s3:::${bucket}` },
          object: {
            key: encodeKey(key),
            eTag,
            versionId,
            // Of a change of tags S3 tells neither.
            ...(!isTagging && {
              size: sizeBytes,
              sequencer: sequence.toString(16).toUpperCase().padStart(18, "0"),
            }),
          },
        },
      },
    ],
  };
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
