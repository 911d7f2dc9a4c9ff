import type { Clock } from "../../clock";
import type { Target } from "./rules";

/** An event for a target, and the rule that it matched. */
export interface Delivery {
  targetArn: string;
  ruleArn: string;
  event: unknown;
}

/** Why a target does not take an event. */
export interface Refusal {
  /** Such as `NO_PERMISSIONS`. */
  code: string;
  message: string;
  /** Whether EventBridge does not try again, since the same would happen. */
  isFinal: boolean;
}

/** An event that was given up. */
export interface DeadLetter extends Delivery {
  /** The target's queue for it, if it has one. */
  queueArn: string | undefined;
  /** What the message says beside the event. */
  attributes: Record<string, string>;
}

export interface DeliveriesOptions {
  clock: Clock;
  /** Gives an event to a target, or calls `refused` when that does not take it. */
  deliver: (delivery: Delivery, refused: (why: Refusal) => void) => void;
  onDeadLetter: (letter: DeadLetter) => void;
}

/** EventBridge waits longer each time, and does not tell how long. */
const firstRetryMs = 1_000;
const longestRetryMs = 600_000;

/**
 * Gives events to targets: one that does not take an event is tried again, and what is given up goes to its dead-letter
 * queue.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export class Deliveries {
  /** Events that wait for another try. */
  waiting = 0;
  private isStopped = false;

  constructor(private readonly options: DeliveriesOptions) {}

  give(target: Target, ruleArn: string, event: unknown): void {
    const delivery = { targetArn: target.arn, ruleArn, event: target.input ?? event };
    this.attempt(target, delivery, this.options.clock.now(), 0);
  }

  /** Tries nothing again any more. */
  stop(): void {
    this.isStopped = true;
  }

  private attempt(target: Target, delivery: Delivery, givenAtMs: number, retries: number): void {
    this.options.deliver(delivery, (why) => {
      const { clock } = this.options;
      const waitMs = Math.min(firstRetryMs * 2 ** retries, longestRetryMs);
      const exhausted =
        retries >= target.mostRetries
          ? "MaximumRetryAttempts"
          : clock.now() + waitMs - givenAtMs > target.maxAgeMs
            ? "MaximumEventAgeInSeconds"
            : undefined;
      if (why.isFinal || exhausted !== undefined) {
        this.giveUp(target, delivery, why, { retries, exhausted: why.isFinal ? undefined : exhausted });
        return;
      }
      this.waiting += 1;
      clock.after(waitMs, () => {
        this.waiting -= 1;
        if (!this.isStopped) this.attempt(target, delivery, givenAtMs, retries + 1);
      });
    });
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html#eb-dlq-message-attributes */
  private giveUp(
    target: Target,
    delivery: Delivery,
    { code, message }: Refusal,
    { retries, exhausted }: { retries: number; exhausted: string | undefined },
  ): void {
    this.options.onDeadLetter({
      ...delivery,
      queueArn: target.deadLetterArn,
      attributes: {
        RULE_ARN: delivery.ruleArn,
        TARGET_ARN: delivery.targetArn,
        ERROR_CODE: code,
        ERROR_MESSAGE: message,
        RETRY_ATTEMPTS: String(retries),
        ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      },
    });
  }
}
