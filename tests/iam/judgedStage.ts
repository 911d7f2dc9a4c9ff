import { readFileSync } from "node:fs";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Faults } from "../../local/faults/faults";
import type { Moment } from "../../local/faults/jobSteps";
import { ofType, textOutput } from "../../local/program/resources";
import { Stage, type StageOptions, type Verdict } from "../faults/stage";
import { makeDirectory, makeVideo } from "../local/videos";
import { administrator, operatorPolicies } from "./operators";
import { authorizerOf, registeredPolicies, type OwnedPolicy } from "./judge/policies";
import { CallRecord } from "./judge/record";

/** A local cloud in which every call is judged and remembered. */
export class JudgedStage {
  readonly record = new CallRecord();
  /** Those that the program registered, and the operators'. */
  policies: OwnedPolicy[] = [];
  /** Those that calls are judged by, when they are others. */
  otherPolicies: OwnedPolicy[] | undefined;
  /** The functions, by their names in the program, that fail on every event. */
  readonly failing = new Set<string>();
  /** Called at each step of each worker's job; true makes it fail with SQS's or S3's 500. */
  strike: (moment: Moment) => Promise<boolean> | boolean = () => false;
  stage!: Stage;

  static async start(
    config: Record<string, string> = {},
    faults: StageOptions["faults"] = () => [],
  ): Promise<JudgedStage> {
    const judged = new JudgedStage();
    judged.stage = await Stage.start({
      config,
      authorizer: (resources) => {
        judged.policies = [...registeredPolicies(resources), ...operatorPolicies(resources), administrator];
        return judged.record.remembering(authorizerOf(() => judged.otherPolicies ?? judged.policies));
      },
      faults: (parts) => [judged.failures(), ...faults(parts)],
      strike: async (moment) => ((await judged.strike(moment)) ? 500 : undefined),
    });
    return judged;
  }

  get cloud(): Stage["cloud"] {
    return this.stage.cloud;
  }

  functionArn(name: string): string {
    const found = ofType(this.cloud.resources, "aws:lambda/function:Function").find(
      (one) => one.name === name,
    );
    if (found === undefined) throw new Error(`The program registers no Lambda ${name}.`);
    return textOutput(found, "arn");
  }

  /** How many messages of a queue are visible; `output` is the stack's output with its URL. */
  async visible(output: "failedJobsQueueUrl" | "failedEventsQueueUrl"): Promise<number> {
    const { Attributes = {} } = await this.cloud.clients.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: String(this.cloud.outputs[output]),
        AttributeNames: ["ApproximateNumberOfMessages"],
      }),
    );
    return Number(Attributes["ApproximateNumberOfMessages"]);
  }

  /**
   * What became of these uploads. The queue's emulator counts a job that was delayed only when a worker asks for one,
   * so that superviseWorkers sees none: another upload starts the worker that asks.
   */
  async verdicts(keys: string[], video: Buffer): Promise<Map<string, Verdict>> {
    let verdicts: Map<string, Verdict> | undefined;
    void this.stage.verdicts(keys).then((found) => (verdicts = found));
    for (let wakers = 0; ; wakers += 1) {
      const found = () => verdicts;
      await this.stage.until(
        async () =>
          found() !== undefined || (this.stage.runningTasks() === 0 && (await this.stage.jobsLeft()) > 0),
      );
      if (verdicts !== undefined) return verdicts;
      await this.stage.upload([`waker ${wakers} of ${keys.join(", ")}.mp4`], video);
      await this.stage.until(() => found() !== undefined || this.stage.runningTasks() > 0);
    }
  }

  /** Waits until no job is left and no worker runs. */
  async rest(): Promise<void> {
    await this.stage.until(
      async () => (await this.stage.jobsLeft()) === 0 && this.stage.runningTasks() === 0,
    );
  }

  private failures(): Faults {
    return {
      invoke: (invoke) => async (lambda, event) =>
        this.failing.has(lambda.options.name)
          ? { error: { errorType: "Error", errorMessage: "made to fail" } }
          : invoke(lambda, event),
    };
  }
}

/** A small video's bytes. */
export function smallVideo(): Buffer {
  const { directory, remove } = makeDirectory();
  try {
    return readFileSync(makeVideo(directory, "video.mp4"));
  } finally {
    remove();
  }
}
