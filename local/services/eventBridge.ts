import { randomUUID } from "node:crypto";
import { every, type Clock } from "../clock";
import { ofType, textOutput, type Resource } from "../program/resources";

/** An event on the account's default bus. */
export interface BusEvent {
  source: string;
  "detail-type": string;
  resources: string[];
  detail: Record<string, unknown>;
}

interface Rule {
  name: string;
  arn: string;
  scheduleMs?: number;
  pattern?: Pattern;
  targets: { arn: string; input?: unknown }[];
}

/** A pattern's leaves are lists of allowed values. */
interface Pattern {
  [field: string]: Pattern | (string | number | boolean | null)[];
}

/** EventBridge's default bus: the registered schedules, and the registered rules for events. */
export class EventBridge {
  private readonly rules: Rule[];
  private cancels: (() => void)[] = [];

  /**
   * `deliver` is called with a target's ARN, the event, and the ARN of the rule.
   * Throws for a registered rule that is more than the local cloud understands.
   */
  constructor(
    resources: Resource[],
    private readonly region: string,
    private readonly account: string,
    private readonly clock: Clock,
    private readonly deliver: (targetArn: string, event: unknown, ruleArn: string) => void,
  ) {
    this.rules = readRules(resources);
  }

  /** Starts the schedules: each rule fires one period from now for the first time. */
  start(): void {
    this.cancels = this.rules
      .filter((rule) => rule.scheduleMs !== undefined)
      .map((rule) =>
        every(this.clock, rule.scheduleMs ?? 0, () => {
          this.fire(rule, this.envelope(scheduledEvent(rule.arn)));
        }),
      );
  }

  stop(): void {
    for (const cancel of this.cancels) cancel();
    this.cancels = [];
  }

  /** Puts an event on the bus; every rule whose pattern it matches fires. */
  put(event: BusEvent): void {
    const envelope = this.envelope(event);
    for (const rule of this.rules) {
      if (rule.pattern !== undefined && matchesPattern(rule.pattern, envelope)) this.fire(rule, envelope);
    }
  }

  private fire(rule: Rule, event: Record<string, unknown>): void {
    for (const target of rule.targets) this.deliver(target.arn, target.input ?? event, rule.arn);
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
  private envelope(event: BusEvent): Record<string, unknown> {
    return {
      version: "0",
      id: randomUUID(),
      account: this.account,
      time: new Date(this.clock.now()).toISOString(),
      region: this.region,
      ...event,
    };
  }
}

/**
 * Whether an event matches a pattern of exact values: each field of the pattern has one of its values in the event.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 */
export function matchesPattern(pattern: Pattern, event: Record<string, unknown>): boolean {
  return Object.entries(pattern).every(([field, allowed]) => {
    const value = event[field];
    if (!Array.isArray(allowed)) {
      return (
        typeof value === "object" &&
        value !== null &&
        matchesPattern(allowed, value as Record<string, unknown>)
      );
    }
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.some((one) => (allowed as unknown[]).includes(one));
  });
}

function scheduledEvent(ruleArn: string): BusEvent {
  return { source: "aws.events", "detail-type": "Scheduled Event", resources: [ruleArn], detail: {} };
}

function readRules(resources: Resource[]): Rule[] {
  const targets = ofType(resources, "aws:cloudwatch/eventTarget:EventTarget").map(({ inputs }) => inputs);
  return ofType(resources, "aws:cloudwatch/eventRule:EventRule")
    .filter(({ inputs }) => inputs.state !== "DISABLED")
    .map((rule) => {
      const { scheduleExpression, eventPattern } = rule.inputs;
      const name = textOutput(rule, "name");
      return {
        name,
        arn: textOutput(rule, "arn"),
        ...(scheduleExpression === undefined ? {} : { scheduleMs: rateMs(scheduleExpression) }),
        ...(eventPattern === undefined ? {} : { pattern: readPattern(rule.name, eventPattern) }),
        targets: targets
          .filter((target) => target.rule === name)
          .map(({ arn, input }) => ({
            arn,
            ...(input === undefined ? {} : { input: JSON.parse(input) as unknown }),
          })),
      };
    });
}

function readPattern(rule: string, json: string): Pattern {
  const pattern = JSON.parse(json) as Pattern;
  const isPlain = (part: Pattern): boolean =>
    Object.values(part).every((value) =>
      Array.isArray(value) ? value.every((one) => one === null || typeof one !== "object") : isPlain(value),
    );
  if (!isPlain(pattern))
    throw new Error(`Rule ${rule}: the local cloud knows only exact values, not ${json}.`);
  return pattern;
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
function rateMs(expression: string): number {
  const [, count, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes: Record<string, number> = { minute: 1, hour: 60, day: 24 * 60 };
  const perUnit = minutes[unit];
  if (perUnit === undefined)
    throw new Error(`The local cloud knows only rate(…) schedules, not ${expression}.`);
  return Number(count) * perUnit * 60_000;
}
