import { localAccount } from "../../local/program/resourceOutputs";
import { ofType, textOutput, type Resource } from "../../local/program/resources";
import type { LocalCloud } from "../../local/localCloud";
import { readArguments } from "../../ops/arguments";
import { backfill } from "../../ops/commands/backfill";
import { choose } from "../../ops/commands/choose";
import { enableEvents } from "../../ops/commands/enableEvents";
import { failed } from "../../ops/commands/failed";
import { redrive } from "../../ops/commands/redrive";
import { status } from "../../ops/commands/status";
import { connect, type StackOutputs } from "../../ops/stack";
import type { Terminal } from "../../ops/terminal";
import type { OwnedPolicy } from "./judge/policies";
import type { Statement } from "./judge/simulator";

const commands = { status, failed, redrive, backfill, choose };

/** Operators who may do no more than one command needs, by docs/operating.md. */
export const operators = [
  ...(["status", "failed", "redrive", "redrive --events"] as const),
  ...(["backfill", "choose", "enable-events"] as const),
] as const;
export type Operator = (typeof operators)[number];

/** The right to read CloudWatch's figures, which the local cloud has no service for. */
export const figuresAction = "cloudwatch:GetMetricData";

/** What docs/operating.md says that each command needs; `enable-events` is for existing buckets alone. */
export function operatorPolicies(resources: Resource[]): OwnedPolicy[] {
  const queue = (name: string) => arnOf(resources, "aws:sqs/queue:Queue", name);
  const { videos, outputs, existing } = bucketsOf(resources);
  const onCluster = { ArnEquals: { "ecs:cluster": arnOf(resources, "aws:ecs/cluster:Cluster", "workers") } };
  const tasks = `${arnOf(resources, "aws:ecs/cluster:Cluster", "workers").replace(":cluster/", ":task/")}/*`;
  const [jobs, failedJobs, failedEvents] = [queue("jobs"), queue("failed-jobs"), queue("failed-events")];
  const both = [...new Set([videos, outputs])];
  const objects = (bucket: string) => `${bucket}/*`;
  const list = (...buckets: string[]) => allow(["s3:ListBucket"], buckets);
  const key = (service: string, ...actions: string[]) => {
    const [found] = ofType(resources, "aws:sqs/queue:Queue").flatMap(
      ({ inputs }) => inputs.kmsMasterKeyId ?? [],
    );
    if (found === undefined) return [];
    const viaService = `${service}.${found.split(":")[3] ?? ""}.amazonaws.com`;
    return [allow(actions, [found], { StringEquals: { "kms:ViaService": viaService } })];
  };
  const send = key("sqs", "kms:Decrypt", "kms:GenerateDataKey");
  const redriving = (from: string) => [
    allow(["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"], [from]),
    allow(["sqs:SendMessage"], [jobs]),
    ...send,
  ];
  const statements: Record<Operator, Statement[]> = {
    status: [
      allow(["sqs:GetQueueAttributes"], [jobs, failedJobs, failedEvents]),
      list(outputs),
      allow(["ecs:ListTasks"], ["*"], onCluster),
      allow(["ecs:DescribeTasks"], [tasks], onCluster),
      allow([figuresAction], ["*"]),
    ],
    failed: [
      allow(["sqs:GetQueueAttributes"], [jobs]),
      allow(["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"], [failedJobs, failedEvents]),
      ...key("sqs", "kms:Decrypt"),
    ],
    redrive: redriving(failedJobs),
    "redrive --events": [
      ...redriving(failedEvents),
      allow(["s3:GetObject"], both.map(objects)),
      list(...both),
    ],
    backfill: [
      list(...both),
      allow(["sqs:SendMessage"], [jobs]),
      ...send,
      ...(tellsOfManifests(resources)
        ? [allow(["s3:GetObject"], [`${outputs}/extras/*`]), ...key("s3", "kms:Decrypt")]
        : []),
    ],
    choose: [
      allow(["s3:GetObjectTagging", "s3:PutObjectTagging", "s3:DeleteObjectTagging"], [objects(videos)]),
      list(videos),
    ],
    "enable-events": existing.map((bucket) =>
      allow(["s3:GetBucketNotification", "s3:PutBucketNotification"], [bucket]),
    ),
  };
  return operators
    .filter((operator) => statements[operator].length > 0)
    .map((operator) => ({
      kind: "identity",
      owner: `operator of ${operator}`,
      arn: operatorRole(operator),
      policy: { Version: "2012-10-17", Statement: statements[operator] },
    }));
}

/** A person of the account who may do everything, as far as the account's own policies go. */
export const administrator: OwnedPolicy = {
  kind: "identity",
  owner: "administrator of the account",
  arn: `arn:aws:iam::${localAccount}:role/administrator`,
  policy: { Version: "2012-10-17", Statement: [allow(["*"], ["*"])] },
};

/** The role of a person who may do one command. */
export function operatorRole(operator: Operator): string {
  return `arn:aws:iam::${localAccount}:role/operator-${operator.replace(" --", "-")}`;
}

/** Types a command as a person who may do no more than it needs; throws what the command throws. */
export async function operate(cloud: LocalCloud, operator: Operator, ...words: string[]): Promise<string> {
  const access = cloud.as(operatorRole(operator), "a-person");
  const stack = connect("local run", cloud.outputs as unknown as StackOutputs, access);
  const args = readArguments([...operator.split(" "), ...words, "--local"]);
  if (args === "help") throw new Error("asked for help");
  let printed = "";
  const hear = (line: string) => {
    printed += `${line}\n`;
  };
  const terminal: Terminal = {
    print: hear,
    printJson: (value) => {
      hear(JSON.stringify(value));
    },
    say: hear,
    ask: () => Promise.resolve(true),
    progress: () => ({ to: () => undefined, stop: () => undefined }),
    interrupted: new AbortController().signal,
  };
  try {
    if (args.verb === "enable-events") await enableEvents(stack.s3, args, terminal);
    else await commands[args.verb](stack, args, terminal);
  } finally {
    stack.destroy();
  }
  return printed;
}

function allow(Action: string[], Resource: string[], Condition?: Statement["Condition"]): Statement {
  return { Effect: "Allow", Action, Resource, ...(Condition && { Condition }) };
}

function arnOf(
  resources: Resource[],
  type: "aws:sqs/queue:Queue" | "aws:ecs/cluster:Cluster",
  name: string,
): string {
  const found = ofType(resources, type).find((resource) => resource.name === `thumbnailer-${name}`);
  if (found === undefined) throw new Error(`The program registers no ${type} ${name}.`);
  return textOutput(found, "arn");
}

/** The ARNs of the stack's buckets, and of those among them that were there before it. */
export function bucketsOf(resources: Resource[]): { videos: string; outputs: string; existing: string[] } {
  const own = ofType(resources, "aws:s3/bucket:Bucket").map((bucket) => textOutput(bucket, "arn"));
  const lambda = ofType(resources, "aws:lambda/function:Function").find(
    ({ name }) => name === "thumbnailer-onThumbnailCreated",
  );
  const variables = lambda?.inputs.environment?.variables ?? {};
  const arn = (variable: string) => `arn:aws:s3:::${variables[variable] ?? ""}`;
  const [videos, outputs] = [arn("VIDEO_BUCKET"), arn("OUTPUT_BUCKET")];
  const existing = [...new Set([videos, outputs])].filter((bucket) => !own.includes(bucket));
  return { videos, outputs, existing };
}

/** Whether more than thumbnails is made, which the worker's environment tells. */
export function tellsOfManifests(resources: Resource[]): boolean {
  return ofType(resources, "awsx:ecs:FargateTaskDefinition").some(({ inputs }) => {
    const { environment = [] } = inputs.container as { environment?: { name: string }[] };
    return environment.some(({ name }) => name === "EXTRAS_PREFIX");
  });
}
