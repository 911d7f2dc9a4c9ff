import type { Clock } from "../../../clock";
import { localAccount } from "../../../program/resourceOutputs";
import type { BusEvent } from "../../events/eventBridge";
import type { ObjectEvent } from "./objectEvent";
import { busEventOf, notificationOf } from "./eventShapes";
import { matches, type Notification, type NotificationRule } from "./notificationRule";

export interface BucketEventsOptions {
  region: string;
  clock: Clock;
  /** A bucket's notification configuration as it is now. */
  notificationOf: (bucket: string) => Notification;
  /** Gives an event of a bucket's, by its ARN, to whom its notifications name. */
  deliver: (subscriber: NotificationRule, bucketArn: string, event: object) => void;
  /** Puts an event of a bucket's on EventBridge's bus. */
  putOnBus: (event: BusEvent) => void;
}

/** Tells of what happens in the buckets, as each one's notification configuration says. */
export class BucketEvents {
  private sequence = 0;

  constructor(private readonly options: BucketEventsOptions) {}

  /** Whether an upload under this key calls a Lambda by the bucket's notifications, or matches a rule of the bus's. */
  triggers(bucket: string, key: string, isAwaited: (event: BusEvent) => boolean): boolean {
    const { rules, isOnEventBridge } = this.options.notificationOf(bucket);
    const upload = { kind: "ObjectCreated:Put", bucket, key } as const;
    return (
      rules.some((rule) => rule.kind === "function" && matches(rule, upload)) ||
      (isOnEventBridge && isAwaited(busEventOf(upload, localAccount, 0)))
    );
  }

  tell(object: ObjectEvent): void {
    const { region, clock, deliver, putOnBus } = this.options;
    this.sequence += 1;
    const { rules, isOnEventBridge } = this.options.notificationOf(object.bucket);
    const event = notificationOf(object, region, { time: new Date(clock.now()), sequence: this.sequence });
    for (const rule of rules.filter((candidate) => matches(candidate, object)))
      deliver(rule, `arn:aws:s3:::${object.bucket}`, event);
    if (isOnEventBridge) putOnBus(busEventOf(object, localAccount, this.sequence));
  }
}
