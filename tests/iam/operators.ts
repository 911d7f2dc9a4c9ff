import { localAccount } from "../../local/program/resourceOutputs";
import { ofType, textOutput, type Resource } from "../../local/program/resources";
import type { LocalCloud } from "../../local/localCloud";
import { readArguments } from "../../ops/arguments";
import { backfill } from "../../ops/commands/backfill";
import { choose } from "../../ops/commands/choose";
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
  ...(["backfill", "choose"] as const),
] as const;
export type Operator = (typeof operators)[number];

/** The right to read CloudWatch's figures, which the local cloud has no service for. */
export const figuresAction = "cloudwatch:GetMetricData";

/** What docs/operating.md says that each command needs. */
export function operatorPolicies(resources: Resource[]): OwnedPolicy[] {
  const queue = (name: string) => arnOf(resources, "aws:sqs/queue:Queue", name);
  const bucket = arnOf(resources, "aws:s3/bucket:Bucket", "videos");
  const onCluster = { ArnEquals: { "ecs:cluster": arnOf(resources, "aws:ecs/cluster:Cluster", "workers") } };
  const tasks = `${arnOf(resources, "aws:ecs/cluster:Cluster", "workers").replace(":cluster/", ":task/")}/*`;
  const [jobs, failedJobs, failedEvents] = [queue("jobs"), queue("failed-jobs"), queue("failed-events")];
  const list = allow(["s3:ListBucket"], [bucket]);
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
      list,
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
    "redrive --events": [...redriving(failedEvents), allow(["s3:GetObject"], [`${bucket}/*`]), list],
    backfill: [
      list,
      allow(["sqs:SendMessage"], [jobs]),
      ...send,
      ...(tellsOfManifests(resources)
        ? [allow(["s3:GetObject"], [`${bucket}/extras/*`]), ...key("s3", "kms:Decrypt")]
        : []),
    ],
    choose: [
      allow(["s3:GetObjectTagging", "s3:PutObjectTagging", "s3:DeleteObjectTagging"], [`${bucket}/*`]),
      list,
    ],
  };
  return operators.map((operator) => ({
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
  if (args === "help" || args.verb === "enable-events") throw new Error("asked for help");
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
    await commands[args.verb](stack, args, terminal);
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
  type: "aws:sqs/queue:Queue" | "aws:s3/bucket:Bucket" | "aws:ecs/cluster:Cluster",
  name: string,
): string {
  const found = ofType(resources, type).find((resource) => resource.name === `thumbnailer-${name}`);
  if (found === undefined) throw new Error(`The program registers no ${type} ${name}.`);
  return textOutput(found, "arn");
}

/** Whether more than thumbnails is made. */
export function tellsOfManifests(resources: Resource[]): boolean {
  return ofType(resources, "aws:s3/bucketNotification:BucketNotification").some(({ inputs }) =>
    inputs.lambdaFunctions?.some(({ filterSuffix }) => filterSuffix?.endsWith("manifest.json")),
  );
}
