import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock";
import type { FunctionError, InvocationResult, LambdaFunction } from "./lambdaFunction";

/** What becomes of an event that a function keeps failing on. */
export interface AsyncInvocationConfig {
  /** Tries after the first one; AWS's default is 2. */
  maximumRetryAttempts: number;
  /** Takes the record of an event that was given up. */
  onFailure?: (record: object) => Promise<void>;
}

/** Runs a function once; never rejects. */
export type Invoke = (lambda: LambdaFunction, event: unknown) => Promise<InvocationResult>;

/** An event that was given up, and the function's last error. */
export interface GivenUp {
  functionName: string;
  event: unknown;
  error: FunctionError;
}

/** Lambda waits one and two minutes between the tries; here it is as many seconds, so that nobody has to. */
const retryDelaysMs = [1_000, 2_000];

/**
 * Lambda's queue of asynchronous invocations: it retries, and hands what still fails to the destination.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsyncInvocations {
  /** Events that have neither been handled nor given up. */
  pending = 0;
  private isStopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly onGivenUp: (event: GivenUp) => void,
    private readonly runOnce: Invoke = (lambda, event) => lambda.invoke(event),
  ) {}

  /** Takes the event and answers at once, as Lambda does. */
  invoke(lambda: LambdaFunction, config: AsyncInvocationConfig, event: unknown): void {
    this.pending += 1;
    void this.deliver(lambda, config, event).finally(() => (this.pending -= 1));
  }

  /** Gives no event to a function any more, and gives none up: their functions and destinations are ending. */
  stop(): void {
    this.isStopped = true;
  }

  private async deliver(
    lambda: LambdaFunction,
    config: AsyncInvocationConfig,
    event: unknown,
  ): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.runOnce(lambda, event);
      if (!("error" in answer) || this.isStopped) return;
      if (attempt < config.maximumRetryAttempts) {
        await this.wait(retryDelaysMs[attempt] ?? 0);
        continue;
      }
      // Lambda drops what its destination refuses.
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
      await config
        .onFailure?.(this.record(lambda.options.arn, event, attempt + 1, answer.error))
        .catch(() => undefined);
      this.onGivenUp({ functionName: lambda.options.name, event, error: answer.error });
      return;
    }
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
  private record(functionArn: string, event: unknown, attempts: number, error: FunctionError): object {
    return {
      version: "1.0",
      timestamp: new Date(this.clock.now()).toISOString(),
      requestContext: {
        requestId: randomUUID(),
        functionArn: `${functionArn}:$LATEST`,
        condition: "RetriesExhausted",
        approximateInvokeCount: attempts,
      },
      requestPayload: event,
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      responsePayload: error,
    };
  }
}
