import type { Clock } from "../../clock";
import type { Resource } from "../../program/resources";
import type { ObjectEvent } from "./bucket";
import { matches, notificationOf, notificationRules } from "./notifications";

export interface BucketEventsOptions {
  resources: Resource[];
  region: string;
  clock: Clock;
  /** Gives an event of a bucket's, by its ARN, to a Lambda. */
  deliver: (functionArn: string, bucketArn: string, event: object) => void;
}

/** Tells the Lambdas that the program registered for it what happens in its buckets. */
export class BucketEvents {
  private readonly rules;
  private sequence = 0;

  /** Throws for rules that S3 would refuse. */
  constructor(private readonly options: BucketEventsOptions) {
    this.rules = notificationRules(options.resources);
  }

  /** Whether an upload under this key calls a Lambda. */
  triggers(bucket: string, key: string): boolean {
    return this.rules.some((rule) => matches(rule, { kind: "ObjectCreated:Put", bucket, key }));
  }

  tell(object: ObjectEvent): void {
    const { region, clock, deliver } = this.options;
    this.sequence += 1;
    const event = notificationOf(object, region, new Date(clock.now()), this.sequence);
    for (const rule of this.rules.filter((candidate) => matches(candidate, object)))
      deliver(rule.functionArn, `arn:aws:s3:::${object.bucket}`, event);
  }
}
