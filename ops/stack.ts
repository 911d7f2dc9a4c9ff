import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { ECSClient } from "@aws-sdk/client-ecs";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { ThumbnailFormat } from "../contract/outputs";
import type { VideoKeys } from "../contract/videoKeys";
import { readKeptCloud, type KeptCloud } from "../local/keptCloud";
import { optionOf, UsageError, type Arguments } from "./arguments";
import { tellCalls } from "./calls";
import { readPulumiStack } from "./pulumi";

/** What the commands need to know of a stack: some of its outputs, by their names. */
export interface StackOutputs {
  region: string;
  /** Where the videos are. */
  bucketName: string;
  /** Where outputs are. A stack of a version before it has them beside the videos. */
  outputBucketName: string;
  /** What the keys of videos begin with; empty: anything. */
  videoPrefixes: string[];
  /** Videos are in a bucket that was there before: suffixes are matched in any case, not in these two alone. */
  onExistingBucket: boolean;
  jobQueueUrl: string;
  failedJobsQueueUrl: string;
  failedEventsQueueUrl: string;
  clusterName: string;
  /** In both cases. */
  videoSuffixes: string[];
  thumbnailFormat: ThumbnailFormat;
  thumbnailKeyPrefix: string;
  extrasKeyPrefix: string;
  /** What the stack's settings ask for besides thumbnails, in one line; empty for nothing. */
  extrasAskedFor: string;
  logGroupNames?: { workers: string };
  /** Absent with `dashboard: false`. */
  dashboardUrl?: string;
  metricNamespace?: string;
  /** What the alarms tell; absent where options stand for the stack. */
  alarmTopicArn?: string;
}

/** A stack, and the clients to look after it with. */
export interface Stack {
  /** What a person calls it. */
  title: string;
  isLocal: boolean;
  /** Told by options alone, which do not say all that a stack's outputs say. */
  isOfOptions: boolean;
  outputs: StackOutputs;
  s3: S3Client;
  sqs: SQSClient;
  ecs: ECSClient;
  /** There is none in a local run. */
  cloudWatch: CloudWatchClient | undefined;
  destroy(): void;
}

/** What the program uses when nobody configures anything else. */
const defaultOutputs: Partial<StackOutputs> = {
  videoPrefixes: [],
  onExistingBucket: false,
  videoSuffixes: [".mp4", ".MP4"],
  thumbnailFormat: "png",
  thumbnailKeyPrefix: "thumb/",
  extrasKeyPrefix: "extras/",
  extrasAskedFor: "",
};

/** All outputs, of those that a command needs. */
export function withDefaults(needed: Partial<StackOutputs>): StackOutputs {
  const { bucketName, outputBucketName = bucketName } = needed;
  return { ...defaultOutputs, ...needed, outputBucketName } as StackOutputs;
}

/** Which keys are the stack's videos. */
export function videoKeysOf(outputs: StackOutputs): VideoKeys {
  const { videoSuffixes: suffixes, videoPrefixes: prefixes, onExistingBucket } = outputs;
  return { suffixes, isExact: !onExistingBucket, prefixes, outputPrefixes: outputPrefixesOf(outputs) };
}

/** What the keys of all that is made of videos begin with. */
export function outputPrefixesOf({ thumbnailKeyPrefix, extrasKeyPrefix }: StackOutputs): string[] {
  return [thumbnailKeyPrefix, extrasKeyPrefix];
}

function neededOutputs({ verb, events }: Arguments): (keyof StackOutputs)[] {
  switch (verb) {
    case "status":
      return [
        "region",
        "bucketName",
        "jobQueueUrl",
        "failedJobsQueueUrl",
        "failedEventsQueueUrl",
        "clusterName",
      ];
    case "failed":
      return ["region", "jobQueueUrl", "failedJobsQueueUrl", "failedEventsQueueUrl"];
    case "redrive":
      return ["region", "bucketName", "jobQueueUrl", events ? "failedEventsQueueUrl" : "failedJobsQueueUrl"];
    case "choose":
      return ["region", "bucketName"];
    case "backfill":
      return ["region", "bucketName", "jobQueueUrl"];
    case "enable-events":
      return [];
  }
}

/**
 * Finds the stack that the command line means: all of it by options, or none of it, so that no command works on the
 * queues of two stacks. `asker` is what a message says that wants it.
 * @throws UsageError when it cannot be found, or lacks an output that the command needs
 */
export async function findStack(args: Arguments, asker: string = args.verb): Promise<Stack> {
  const needed = neededOutputs(args);
  const options = needed.map(optionOf);
  const without = (outputs: object) => needed.filter((name) => !(name in outputs));
  const given = readGivenOutputs(args.outputs);
  if (Object.keys(given).length > 0) {
    const missing = without(given).map(optionOf);
    if (missing.length > 0) {
      throw new UsageError(
        `${asker} takes all that it needs from a stack, or all from options: ` +
          `${Object.keys(args.outputOptions).join(", ")} came without ${missing.join(", ")}.`,
      );
    }
    const stack = connect("options", withDefaults(given));
    return { ...stack, isOfOptions: true };
  }
  const kept = args.local ? await findKeptCloud(args.outDirectory) : undefined;
  const { name, outputs } =
    kept === undefined ? await readPulumiStack(args.stack) : { name: "", outputs: kept.outputs };
  const missing = without(outputs);
  if (missing.length > 0) {
    throw new UsageError(
      `The stack ${name} has no output ${missing.join(", ")}. Deploy this version with \`npx pulumi up\`; or say it ` +
        `all by options instead: ${options.join(", ")}.`,
    );
  }
  const title = kept === undefined ? `stack ${name}` : "local run";
  return connect(title, withDefaults(outputs), kept);
}

/** The longest answer of a call that is made here takes some seconds; longer than this, nobody is there to answer. */
const usualPatienceMs = 60_000;

/**
 * The stack with its clients; those of a kept local cloud reach nothing else. A call that nobody answers is given up: of a
 * connection that a sleep or another network has cut, a machine learns only after a quarter of an hour.
 */
export function connect(
  title: string,
  outputs: StackOutputs,
  kept?: Pick<KeptCloud, "endpoints" | "credentials">,
  patienceMs = usualPatienceMs,
): Stack {
  const requestHandler = {
    connectionTimeout: Math.min(5000, patienceMs),
    requestTimeout: patienceMs,
    throwOnRequestTimeout: true,
    socketTimeout: patienceMs,
  };
  const options = (service: keyof KeptCloud["endpoints"]) => ({
    region: outputs.region,
    requestHandler,
    ...(kept && { endpoint: kept.endpoints[service], credentials: kept.credentials }),
  });
  // Where a page is to send a part of a file is signed before anybody knows the part's checksum.
  const s3 = new S3Client({ ...options("s3"), requestChecksumCalculation: "WHEN_REQUIRED" });
  const sqs = new SQSClient(options("sqs"));
  const ecs = new ECSClient(options("ecs"));
  const cloudWatch = kept ? undefined : new CloudWatchClient({ region: outputs.region, requestHandler });
  for (const [service, client] of Object.entries({ S3: s3, SQS: sqs, ECS: ecs, CloudWatch: cloudWatch })) {
    if (client !== undefined) tellCalls(client, service, outputs);
  }
  return {
    title,
    isLocal: kept !== undefined,
    isOfOptions: false,
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

/** Which stack it is, and where, for a question: `stack prod, eu-west-1`. */
export function placeOf({ title, outputs }: Stack): string {
  return `${title}, ${outputs.region}`;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html */
export function nameOfQueue(queueUrl: string): string {
  return queueUrl.split("/").at(-1) ?? queueUrl;
}

/** The local run that is kept up and writes to `outDirectory`. Throws {@link UsageError} when there is none. */
export async function findKeptCloud(outDirectory: string): Promise<KeptCloud> {
  const kept = await readKeptCloud(outDirectory);
  if (kept === undefined) {
    throw new UsageError("No local run is up. Start one in another terminal: npm run local -- --keep");
  }
  return kept;
}

function readGivenOutputs(given: Record<string, string>): Partial<StackOutputs> {
  const { videoSuffixes, videoPrefixes, onExistingBucket, ...others } = given;
  return {
    ...(others as Partial<StackOutputs>),
    ...(videoSuffixes !== undefined && { videoSuffixes: videoSuffixes.split(",") }),
    ...(videoPrefixes !== undefined && { videoPrefixes: videoPrefixes.split(",") }),
    ...(onExistingBucket !== undefined && { onExistingBucket: true }),
  };
}
