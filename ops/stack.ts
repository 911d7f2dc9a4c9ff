import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { ECSClient } from "@aws-sdk/client-ecs";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { ThumbnailFormat } from "../contract/outputs";
import { readKeptCloud, type KeptCloud } from "../local/keptCloud";
import { UsageError, type Arguments, type Verb } from "./arguments";

/** What the commands need to know of a stack: some of its outputs, by their names. */
export interface StackOutputs {
  region: string;
  bucketName: string;
  jobQueueUrl: string;
  failedJobsQueueUrl: string;
  failedEventsQueueUrl: string;
  clusterName: string;
  /** In both cases. */
  videoSuffixes: string[];
  thumbnailFormat: ThumbnailFormat;
  thumbnailKeyPrefix: string;
  logGroupNames?: { workers: string };
  /** Absent with `dashboard: false`. */
  dashboardUrl?: string;
  metricNamespace?: string;
}

/** A stack, and the clients to look after it with. */
export interface Stack {
  /** What a person calls it. */
  title: string;
  isLocal: boolean;
  outputs: StackOutputs;
  s3: S3Client;
  sqs: SQSClient;
  ecs: ECSClient;
  /** There is none in a local run. */
  cloudWatch: CloudWatchClient | undefined;
  destroy(): void;
}

/** What the program uses when nobody configures anything else. */
const defaultOutputs = {
  videoSuffixes: [".mp4", ".MP4"],
  thumbnailFormat: "png",
  thumbnailKeyPrefix: "thumb/",
} as const;

const neededOutputs: Record<Verb, (keyof StackOutputs)[]> = {
  status: [
    "region",
    "bucketName",
    "jobQueueUrl",
    "failedJobsQueueUrl",
    "failedEventsQueueUrl",
    "clusterName",
  ],
  failed: ["region", "jobQueueUrl", "failedJobsQueueUrl", "failedEventsQueueUrl"],
  redrive: ["region", "bucketName", "jobQueueUrl", "failedJobsQueueUrl", "failedEventsQueueUrl"],
  backfill: ["region", "bucketName", "jobQueueUrl"],
};

/**
 * Finds the stack that the command line means.
 * @throws UsageError when it cannot be found, or lacks an output that the command needs
 */
export async function findStack(args: Arguments): Promise<Stack> {
  const given = readGivenOutputs(args.outputs);
  const isGiven = neededOutputs[args.verb].every((name) => name in given);
  const kept = args.local ? await findKeptCloud(args.outDirectory) : undefined;
  const own = kept?.outputs ?? (isGiven ? {} : await pulumiOutputs(args.stack));
  const outputs = { ...defaultOutputs, ...own, ...given } as Partial<StackOutputs>;
  const missing = neededOutputs[args.verb].filter((name) => outputs[name] === undefined);
  if (missing.length > 0) {
    throw new UsageError(
      `The stack has no output ${missing.join(", ")}. Deploy this version with \`npx pulumi up\`, or give the ` +
        `values as options (--help).`,
    );
  }
  const title = args.local ? "local run" : `stack ${args.stack ?? "(selected)"}`;
  return connect(title, outputs as StackOutputs, kept);
}

/** The stack with its clients; those of a kept local cloud reach nothing else. */
export function connect(
  title: string,
  outputs: StackOutputs,
  kept?: Pick<KeptCloud, "endpoints" | "credentials">,
): Stack {
  const options = (service: keyof KeptCloud["endpoints"]) => ({
    region: outputs.region,
    ...(kept && { endpoint: kept.endpoints[service], credentials: kept.credentials }),
  });
  const s3 = new S3Client(options("s3"));
  const sqs = new SQSClient(options("sqs"));
  const ecs = new ECSClient(options("ecs"));
  const cloudWatch = kept ? undefined : new CloudWatchClient({ region: outputs.region });
  return {
    title,
    isLocal: kept !== undefined,
    outputs,
    s3,
    sqs,
    ecs,
    cloudWatch,
    destroy() {
      for (const client of [s3, sqs, ecs, cloudWatch]) client?.destroy();
    },
  };
}

async function findKeptCloud(outDirectory: string): Promise<KeptCloud> {
  const kept = await readKeptCloud(outDirectory);
  if (kept === undefined) {
    throw new UsageError("No local run is up. Start one in another terminal: npm run local -- --keep");
  }
  return kept;
}

function readGivenOutputs(given: Record<string, string>): Partial<StackOutputs> {
  const { videoSuffixes, ...others } = given;
  return {
    ...(others as Partial<StackOutputs>),
    ...(videoSuffixes !== undefined && { videoSuffixes: videoSuffixes.split(",") }),
  };
}

/** https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_output/ */
async function pulumiOutputs(stack: string | undefined): Promise<Partial<StackOutputs>> {
  const command = ["pulumi", "stack", "output", "--json", ...(stack === undefined ? [] : ["--stack", stack])];
  try {
    const { stdout } = await promisify(execFile)("npx", command, {
      cwd: path.resolve(__dirname, ".."),
      maxBuffer: 16 * 1024 * 1024,
    });
    return JSON.parse(stdout) as Partial<StackOutputs>;
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new UsageError(
      `The stack's outputs cannot be read with \`npx ${command.join(" ")}\`:\n` +
        `${stderr.trim() || String(error)}\n` +
        "Name a stack with --stack (`npx pulumi stack ls` lists them), or say --local for a local run.",
    );
  }
}
