import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { startLocalCloud } from "../../local/cloud";
import type { CloudEvent, LocalCloud, LocalCloudOptions } from "../../local/localCloud";
import { Callers } from "../../local/faults/callers";
import { DecodingFaults } from "../../local/faults/decoding";
import { FastClock } from "../../local/faults/fastClock";
import { allOf, type Faults } from "../../local/faults/faults";
import { Injector } from "../../local/faults/injector";
import { atEachStep, type BadAnswer, type Moment } from "../../local/faults/jobSteps";
import { shortWaits } from "../../local/faults/ecs/taskStart";
import { visibilityOnClock } from "../../local/faults/visibilityOnClock";
import type { PassToSqs, SqsAnswer, SqsCall, WaitingMessage } from "../../local/services/messaging";
import { failedAtEveryTry } from "../../contract/failureReasons";
import { readVideoSuffixes, thumbnailKey, type ThumbnailFormat } from "../../contract/outputs";
import { workerVariable } from "../../local/program/resources";

export interface StageOptions {
  config?: Record<string, string>;
  /** How much faster than this machine's the cloud's time runs. */
  factor?: number;
  /** Chooses among the faults that happen by chance. */
  seed?: number;
  /** The faults of this stage, outermost first. */
  faults?: (stage: StageParts) => Faults[];
  /** The judge of every call, if there is one. */
  authorizer?: LocalCloudOptions["authorizer"];
  /** Called at each step of each worker's job. */
  strike?: (moment: Moment, stage: StageParts) => Promise<BadAnswer | undefined>;
}

export interface StageParts {
  injector: Injector;
  callers: Callers;
  decoding: DecodingFaults;
  clock: FastClock;
}

/** Whether the long campaign runs, and not its short version. */
export const isLong = process.env["TEST_FAULTS"] === "long";

/** Whether what takes a quarter of a minute even when it is short runs: in `npm run test:faults:short`, not in `npm test`. */
const isSlowRun = process.env["TEST_FAULTS"] !== undefined;

/** A slow test. (mocha's globals are another file's each time: they are asked for when they are used.) */
export function slowIt(title: string, test: Mocha.AsyncFunc): void {
  (isSlowRun ? it : it.skip)(title, test);
}

/** A part of slow tests. */
export function slowDescribe(title: string, define: (this: Mocha.Suite) => void): void {
  (isSlowRun ? describe : describe.skip)(title, define);
}

/** What became of an upload: its thumbnail's key, or why it is in failed-jobs. */
export type Verdict = { thumbnail: string } | { failed: string };

/** A local cloud in which things go wrong, and what is counted in it. */
export class Stage {
  readonly uploaded: string[] = [];
  /** How often each video was received by a worker. */
  readonly receives = new Map<string, number>();
  /** What workers have told, by their lines' `event`. */
  readonly told = new Map<string, number>();
  /** How many tries jobs have spent: failures that were counted as their own. */
  triesSpent = 0;
  runTaskCalls = 0;
  tasksStarted = 0;
  /** The most tasks that ECS wanted running at one time. */
  peakTasks = 0;
  cloud!: LocalCloud;
  /** Workers find no job while this is true. */
  hidesJobs = false;
  /** The objects that were put, as often as they were. */
  readonly stored: { bucket: string; key: string }[] = [];

  private constructor(readonly parts: StageParts) {}

  static async start({
    config = {},
    factor = 60,
    seed = 1,
    faults,
    authorizer,
    strike,
  }: StageOptions): Promise<Stage> {
    const clock = new FastClock(factor);
    const parts = {
      clock,
      injector: new Injector(seed, clock),
      callers: new Callers(),
      decoding: new DecodingFaults(),
    };
    const stage = new Stage(parts);
    const steps = atEachStep(parts.callers, async (moment) => {
      if (moment.step === "after receive" && moment.key !== undefined)
        stage.receives.set(moment.key, (stage.receives.get(moment.key) ?? 0) + 1);
      return strike?.(moment, parts);
    });
    stage.cloud = await startLocalCloud({
      config,
      clock,
      ...(authorizer && { authorizer }),
      faults: allOf(
        stage.counting(),
        // A Lambda takes its real time: at the clock's speed it would be a very slow one.
        {
          invoke:
            (invoke) =>
            async (...run) =>
              clock.slowDuring(async () => invoke(...run)),
        },
        ...(faults?.(parts) ?? []),
        shortWaits(factor),
        parts.callers.faults,
        parts.decoding.faults,
        steps,
        visibilityOnClock(parts.injector, parts.callers),
      ),
      onEvent: (event) => {
        stage.onEvent(event);
      },
    });
    return stage;
  }

  async upload(keys: string[], content: string | Buffer): Promise<void> {
    this.uploaded.push(...keys);
    await Promise.all(keys.map((key) => this.cloud.upload(content, key)));
  }

  /** What became of these uploads; waits until each is a thumbnail or a failed job. */
  async verdicts(keys = this.uploaded): Promise<Map<string, Verdict>> {
    for (;;) {
      const failed = await this.failures();
      const verdicts = new Map(keys.map((key) => [key, this.verdict(key, failed)]));
      if (![...verdicts.values()].includes(undefined)) return verdicts as Map<string, Verdict>;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits until `isTrue`; the test's own time limit ends it. */
  async until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** The jobs that wait or are in a worker's hand. */
  async jobsLeft(): Promise<number> {
    const { Attributes = {} } = await this.cloud.clients.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: workerVariable(this.cloud.resources, "JOB_QUEUE_URL"),
        AttributeNames: [
          "ApproximateNumberOfMessages",
          "ApproximateNumberOfMessagesNotVisible",
          "ApproximateNumberOfMessagesDelayed",
        ],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  }

  /** The messages of a queue, by the stack's output with its URL. */
  messagesIn(output: "failedJobsQueueUrl" | "failedEventsQueueUrl"): Promise<WaitingMessage[]> {
    return this.cloud.messagesIn(String(this.cloud.outputs[output]));
  }

  /** The tasks that ECS wants running. */
  runningTasks(): number {
    return [...this.cloud.ecs.tasks.values()].filter(({ desiredStatus }) => desiredStatus === "RUNNING")
      .length;
  }

  /** Prints what has been counted, for whoever reads the campaign's output. */
  report(title: string): void {
    const { injected, seed } = this.parts.injector;
    const faults = [...injected].map(([kind, count]) => `${kind}: ${count}`).sort();
    console.log(
      `      ${title} (seed ${seed}): ${this.runTaskCalls} RunTask calls, ${this.tasksStarted} tasks`,
    );
    console.log(`      started, at most ${this.peakTasks} at once; ${faults.join(", ")}`);
    const told = [...this.told].map(([event, count]) => `${event}: ${count}`).sort();
    console.log(`      tries spent: ${this.triesSpent}; ${told.join(", ")}`);
  }

  async stop(): Promise<void> {
    await this.cloud.stop();
    this.parts.decoding.remove();
  }

  private counting(): Faults {
    return {
      ecs: (operations) => ({
        ...operations,
        RunTask: async (input: never) => {
          this.runTaskCalls += 1;
          const answer = await operations["RunTask"]?.(input);
          this.peakTasks = Math.max(this.peakTasks, this.runningTasks());
          return answer ?? {};
        },
      }),
      container: (start) => (run) => {
        this.tasksStarted += 1;
        return start(run);
      },
      sqs: async (call, pass) => {
        if (call.action !== "ReceiveMessage" || !this.parts.callers.isFromTask(call.accessKeyId))
          return pass(call);
        const hidesJobs = () => this.hidesJobs;
        if (hidesJobs()) {
          await new Promise((resolve) => setTimeout(resolve, 50));
        } else {
          const answer = await pass(call);
          if (!hidesJobs()) return answer;
          await giveBack(call, answer, pass);
        }
        return { status: 200, body: {} };
      },
    };
  }

  private onEvent(event: CloudEvent): void {
    if (event.type === "object-created") this.stored.push(event.object);
    if (event.type === "worker-line") this.hear(event.line);
    if (process.env["SHOW_FAULTS"] === undefined) return;
    if (event.type === "worker-line") console.log(event.taskId.slice(0, 4), event.line);
    else if (event.type === "function-line") console.log(event.functionName, event.line);
  }

  private hear(line: string): void {
    if (!line.startsWith("{")) return;
    const told = JSON.parse(line) as { event: string; failures?: number; reason?: string };
    this.told.set(told.event, (this.told.get(told.event) ?? 0) + 1);
    const isSpent = told.event === "job-left-for-retry" && told.failures !== undefined;
    const isLast = told.event === "job-failed" && told.reason?.startsWith("failed at each of ") === true;
    if (isSpent || isLast) this.triesSpent += 1;
  }

  private verdict(key: string, failed: Map<string, string>): Verdict | undefined {
    const variable = (name: string) => workerVariable(this.cloud.resources, name);
    const thumbnail = thumbnailKey(key, {
      format: variable("THUMBNAIL_FORMAT") as ThumbnailFormat,
      prefix: variable("OUTPUT_PREFIX"),
      videoSuffixes: readVideoSuffixes(variable("VIDEO_SUFFIXES")),
    });
    const { bucket } = this.cloud.files;
    if (this.stored.some((object) => object.bucket === bucket && object.key === thumbnail))
      return { thumbnail };
    const reason = failed.get(key);
    return reason === undefined ? undefined : { failed: reason };
  }

  private async failures(): Promise<Map<string, string>> {
    const failed = new Map<string, string>();
    for (const { body } of await this.cloud.failedJobs()) {
      const { key, reason = failedAtEveryTry } = JSON.parse(body) as {
        key: string;
        reason?: string;
      };
      failed.set(key, reason);
    }
    return failed;
  }
}

/** Makes the messages of an answer visible again: a receive that began before the jobs were hidden has them. */
async function giveBack(
  { input, accessKeyId }: SqsCall,
  { body }: SqsAnswer,
  pass: PassToSqs,
): Promise<void> {
  const { Messages = [] } = body as { Messages?: { ReceiptHandle: string }[] };
  for (const { ReceiptHandle } of Messages) {
    const message = { QueueUrl: input["QueueUrl"], ReceiptHandle, VisibilityTimeout: 0 };
    await pass({ action: "ChangeMessageVisibility", input: message, accessKeyId });
  }
}
