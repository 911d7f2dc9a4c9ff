import { randomUUID } from "node:crypto";
import { every } from "../../clock";
import type { Resource } from "../../program/resources";
import { Deliveries, type DeliveriesOptions } from "./deliveries";
import { registeredRules, type Rule } from "./rules";

/** An event on the account's default bus. */
export interface BusEvent {
  source: string;
  "detail-type": string;
  resources: string[];
  detail: Record<string, unknown>;
}

export interface EventBridgeOptions extends DeliveriesOptions {
  resources: Resource[];
  region: string;
  account: string;
}

/** EventBridge's default bus: the registered schedules, and the registered rules for events. */
export class EventBridge {
  private readonly rules: Rule[];
  private readonly deliveries: Deliveries;
  private cancels: (() => void)[] = [];

  /** Throws for a registered rule that EventBridge would refuse, or that is more than the local cloud understands. */
  constructor(private readonly options: EventBridgeOptions) {
    this.rules = registeredRules(options.resources);
    this.deliveries = new Deliveries(options);
  }

  /** Events that wait for another try. */
  get waiting(): number {
    return this.deliveries.waiting;
  }

  /** Starts the schedules: each rule fires one period from now for the first time. */
  start(): void {
    this.cancels = this.rules
      .filter((rule) => rule.scheduleMs !== undefined)
      .map((rule) =>
        every(this.options.clock, rule.scheduleMs ?? 0, () => {
          this.fire(rule, this.envelope(scheduledEvent(rule.arn)));
        }),
      );
  }

  stop(): void {
    for (const cancel of this.cancels) cancel();
    this.cancels = [];
    this.deliveries.stop();
  }

  /** Puts an event on the bus; every rule whose pattern it matches fires. */
  put(event: BusEvent): void {
    const envelope = this.envelope(event);
    for (const rule of this.awaiting(envelope)) this.fire(rule, envelope);
  }

  /** Whether an event fires a rule. */
  isAwaited(event: BusEvent): boolean {
    return this.awaiting(this.envelope(event)).length > 0;
  }

  private awaiting(envelope: Record<string, unknown>): Rule[] {
    return this.rules.filter(({ pattern }) => pattern?.(envelope));
  }

  private fire(rule: Rule, event: Record<string, unknown>): void {
    for (const target of rule.targets) this.deliveries.give(target, rule.arn, event);
  }

  /** Times are in whole seconds. https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
  private envelope(event: BusEvent): Record<string, unknown> {
    const { account, region, clock } = this.options;
    const time = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
    return { version: "0", id: randomUUID(), account, time, region, ...event };
  }
}

function scheduledEvent(ruleArn: string): BusEvent {
  return { source: "aws.events", "detail-type": "Scheduled Event", resources: [ruleArn], detail: {} };
}
