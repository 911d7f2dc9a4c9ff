import type { ObjectEvent } from "./objectEvent";

/** Whom a bucket tells of what happens in it. */
export interface Notification {
  /** As it was put. */
  document: string;
  rules: NotificationRule[];
  /** Whether all that happens is put on EventBridge's bus. */
  isOnEventBridge: boolean;
}

/** One rule of a bucket's notifications: of which objects and events, and who is told. */
export interface NotificationRule {
  kind: "function" | "queue" | "topic";
  arn: string;
  /** Such as `s3:ObjectCreated:*`. */
  events: string[];
  prefix: string;
  suffix: string;
}

/** Whether S3 would tell the rule's subscriber of the event. Filters are case-sensitive. */
export function matches(rule: NotificationRule, { kind, key }: Pick<ObjectEvent, "kind" | "key">): boolean {
  return (
    key.startsWith(rule.prefix) &&
    key.endsWith(rule.suffix) &&
    rule.events.some((event) => event === `s3:${kind}` || event === `s3:${kind.split(":")[0]}:*`)
  );
}

/**
 * Two rules for the same event that one key could both match, which S3 refuses; undefined if there are none.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export function overlapAmong(rules: NotificationRule[]): [NotificationRule, NotificationRule] | undefined {
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
    if (b !== undefined) return [a, b];
  }
  return undefined;
}

function sameEvent(a: string, b: string): boolean {
  const kind = (event: string) => event.split(":")[1];
  return a === b || (kind(a) === kind(b) && (a.endsWith(":*") || b.endsWith(":*")));
}
