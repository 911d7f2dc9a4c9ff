import { randomUUID } from "node:crypto";
import path from "node:path";
import { ProcessGroup } from "../../processGroup";

/** How a function failed, as Lambda's response payload tells it. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

export type InvocationResult = { result: unknown } | { error: FunctionError };

/** A function ready to run: its unpacked package and what it runs with. */
export interface LambdaFunctionOptions {
  name: string;
  arn: string;
  directory: string;
  handler: string;
  timeoutSeconds: number;
  environment: Record<string, string>;
  /** The time that the function sees, in milliseconds since the epoch; the machine's if not given. */
  now?: () => number;
  /** Called with each line that the function prints. */
  onLine: (line: string) => void;
}

/** As many processes of one function run at once; further events wait. */
const maxConcurrency = 4;

/**
 * One Lambda function. As in Lambda, a process handles one event at a time and lives on for the next one, and a
 * process that has failed to answer is not used again.
 */
export class LambdaFunction {
  private readonly idle: ProcessGroup[] = [];
  private readonly all = new Set<ProcessGroup>();
  private readonly waiting: (() => void)[] = [];
  private isStopped = false;

  constructor(readonly options: LambdaFunctionOptions) {}

  /** Runs the handler once and waits for its answer; never rejects. */
  async invoke(event: unknown): Promise<InvocationResult> {
    const executor = await this.acquire();
    const outcome = await this.run(executor, event);
    if (outcome.isReusable) this.idle.push(executor);
    else await this.discard(executor);
    this.waiting.shift()?.();
    return outcome.answer;
  }

  /** Deploys another environment: the next event meets a new process. */
  async update(environment: Record<string, string>): Promise<void> {
    this.options.environment = environment;
    await Promise.all(this.idle.splice(0).map((executor) => this.discard(executor)));
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all([...this.all].map((executor) => executor.kill()));
  }

  private async acquire(): Promise<ProcessGroup> {
    while (this.idle.length === 0 && this.all.size >= maxConcurrency) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return this.idle.pop() ?? this.start();
  }

  private start(): ProcessGroup {
    const { directory, environment, handler, onLine } = this.options;
    const executor = new ProcessGroup(
      process.execPath,
      [path.join(__dirname, "lambdaProcess.mjs")],
      {
        cwd: directory,
        env: { ...environment, _HANDLER: handler, LAMBDA_TASK_ROOT: directory },
        stdio: ["ignore", "pipe", "pipe", "ipc"],
        serialization: "json",
      },
      onLine,
    );
    this.all.add(executor);
    return executor;
  }

  private async discard(executor: ProcessGroup): Promise<void> {
    this.all.delete(executor);
    await executor.kill();
  }

  private async run(
    executor: ProcessGroup,
    event: unknown,
  ): Promise<{ answer: InvocationResult; isReusable: boolean }> {
    const { arn, timeoutSeconds, now: timeOf = Date.now } = this.options;
    if (this.isStopped) return { answer: { error: stopped }, isReusable: false };
    const requestId = randomUUID();
    return new Promise((resolve) => {
      const onMessage = (message: { requestId?: string; result?: unknown; error?: FunctionError }) => {
        if (message.requestId !== requestId) return;
        const { error } = message;
        finish(error === undefined ? { result: message.result } : { error }, true);
      };
      const finish = (answer: InvocationResult, isReusable: boolean) => {
        clearTimeout(timer);
        executor.child.off("message", onMessage);
        resolve({ answer, isReusable });
      };
      const timer = setTimeout(() => {
        const errorMessage = `${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
        finish({ error: { errorType: "Sandbox.Timedout", errorMessage } }, false);
      }, timeoutSeconds * 1000);
      void executor.exited.then(({ code, signal }) => {
        const errorMessage = `RequestId: ${requestId} Error: Runtime exited with ${signal ?? `exit status ${code ?? 1}`}`;
        finish({ error: { errorType: "Runtime.ExitError", errorMessage } }, false);
      });
      executor.child.on("message", onMessage);
      const now = timeOf();
      const deadline = now + timeoutSeconds * 1000;
      executor.child.send({ requestId, event, functionArn: arn, deadline, now }, () => undefined);
    });
  }
}

const stopped: FunctionError = { errorType: "Stopped", errorMessage: "The local cloud is stopping." };
