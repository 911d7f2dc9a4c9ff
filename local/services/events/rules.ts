import { ofType, textOutput, type Resource } from "../../program/resources";
import { readPattern, type Pattern } from "./pattern";

/** A rule of the account's default bus. */
export interface Rule {
  arn: string;
  scheduleMs?: number;
  pattern?: Pattern;
  targets: Target[];
}

/** What a rule calls. */
export interface Target {
  arn: string;
  /** Given in place of the event. */
  input?: unknown;
  /** The queue for what could not be delivered. */
  deadLetterArn?: string;
  /** After the first try. */
  mostRetries: number;
  maxAgeMs: number;
}

/** The registered rules that are on. Throws for one that EventBridge would refuse, or that is more than the local cloud knows. */
export function registeredRules(resources: Resource[]): Rule[] {
  const targets = ofType(resources, "aws:cloudwatch/eventTarget:EventTarget");
  return ofType(resources, "aws:cloudwatch/eventRule:EventRule")
    .filter(({ inputs }) => inputs.state !== "DISABLED")
    .map((rule) => {
      const { scheduleExpression, eventPattern } = rule.inputs;
      const name = textOutput(rule, "name");
      return {
        arn: textOutput(rule, "arn"),
        ...(scheduleExpression !== undefined && { scheduleMs: rateMs(scheduleExpression) }),
        ...(eventPattern !== undefined && { pattern: patternOf(rule.name, eventPattern) }),
        targets: targets.filter(({ inputs }) => inputs.rule === name).map(({ inputs }) => targetOf(inputs)),
      };
    });
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const defaultRetries = 185;
const defaultMaxAgeSeconds = 24 * 3600;

type TargetInputs = ReturnType<typeof ofType<"aws:cloudwatch/eventTarget:EventTarget">>[number]["inputs"];

function targetOf({ arn, input, deadLetterConfig, retryPolicy = {} }: TargetInputs): Target {
  const { maximumRetryAttempts = defaultRetries, maximumEventAgeInSeconds = defaultMaxAgeSeconds } =
    retryPolicy;
  return {
    arn,
    ...(input !== undefined && { input: JSON.parse(input) as unknown }),
    ...(deadLetterConfig?.arn !== undefined && { deadLetterArn: deadLetterConfig.arn }),
    mostRetries: maximumRetryAttempts,
    maxAgeMs: maximumEventAgeInSeconds * 1000,
  };
}

function patternOf(rule: string, json: string): Pattern {
  try {
    return readPattern(json);
  } catch (error) {
    throw new Error(`Rule ${rule}: ${(error as Error).message}`, { cause: error });
  }
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
