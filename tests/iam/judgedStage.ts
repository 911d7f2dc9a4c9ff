import { readFileSync } from "node:fs";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Faults } from "../../local/faults/faults";
import type { Moment } from "../../local/faults/jobSteps";
import { ofType, textOutput } from "../../local/program/resources";
import type { AccessRequest } from "../../local/services/authorizer";
import { Stage, type StageOptions } from "../faults/stage";
import { makeDirectory, makeVideo } from "../local/videos";
import { administrator, operatorPolicies } from "./operators";
import { authorizerOf, registeredPolicies, type AccountPolicies, type OwnedPolicy } from "./judge/policies";
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
  /** The functions, by their names in the program, that EventBridge can not reach; that it tried is not remembered. */
  readonly unreachable = new Set<string>();
  /** Called at each step of each worker's job; true makes it fail with SQS's or S3's 500. */
  strike: (moment: Moment) => Promise<boolean> | boolean = () => false;
  stage!: Stage;

  static async start(
    config: Record<string, string> = {},
    faults: StageOptions["faults"] = () => [],
    account?: AccountPolicies,
  ): Promise<JudgedStage> {
    const judged = new JudgedStage();
    judged.stage = await Stage.start({
      config,
      authorizer: (resources) => {
        judged.policies = [
          ...registeredPolicies(resources, account),
          ...operatorPolicies(resources),
          administrator,
        ];
        const judge = judged.record.remembering(authorizerOf(() => judged.otherPolicies ?? judged.policies));
        return (request) => judged.unreachableFor(request) ?? judge(request);
      },
      faults: (parts) => [judged.failures(), ...faults(parts)],
      strike: async (moment) => ((await judged.strike(moment)) ? 500 : undefined),
    });
    return judged;
  }

  get cloud(): Stage["cloud"] {
    return this.stage.cloud;
  }

  /** A key under which the stack takes an object for its own: of a video, or what is made of it. */
  key(name: string): string {
    return `${this.cloud.videoKeys.prefixes[0] ?? ""}${name}`;
  }

  functionArn(name: string): string {
    const found = ofType(this.cloud.resources, "aws:lambda/function:Function").find(
      (one) => one.name === `thumbnailer-${name}`,
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

  /** Waits until no job is left and no worker runs. */
  async rest(): Promise<void> {
    await this.stage.until(
      async () => (await this.stage.jobsLeft()) === 0 && this.stage.runningTasks() === 0,
    );
  }

  private unreachableFor({ principal, action, resource }: AccessRequest): Promise<string> | undefined {
    if (principal !== "events.amazonaws.com" || action !== "lambda:InvokeFunction") return undefined;
    const isUnreachable = [...this.unreachable].some((name) => resource === this.functionArn(name));
    return isUnreachable ? Promise.resolve("because a story takes the right away") : undefined;
  }

  private failures(): Faults {
    return {
      invoke: (invoke) => async (lambda, event) =>
        this.failing.has(lambda.options.name.replace(/^thumbnailer-/, ""))
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
