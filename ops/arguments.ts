import { parseArgs, type ParseArgsConfig } from "node:util";
import { extrasAskedFor, parseAskedFor } from "../contract/extras";
import { parseTimestamp } from "../contract/timestamp";

export const verbs = ["status", "failed", "redrive", "backfill", "choose", "enable-events"] as const;
export type Verb = (typeof verbs)[number];

/** What `npm run ops` was asked to do. */
export interface Arguments {
  verb: Verb;
  /** The stack's name; without one, the selected stack. */
  stack: string | undefined;
  /** Work on the local run that is kept up. */
  local: boolean;
  /** Where that local run writes to. */
  outDirectory: string;
  /** Outputs given on the command line, by their names in the stack. */
  outputs: Record<string, string>;
  /** The same as the options they came as, to be said again. */
  outputOptions: Record<string, string>;
  json: boolean;
  /** Do not ask. */
  yes: boolean;
  /** Of redrive: the keys whose jobs are sent back. Of choose: a key and, unless `undo`, a timestamp. */
  keys: string[];
  /** Of choose: the choice is taken back. */
  undo: boolean;
  all: boolean;
  events: boolean;
  /** Of backfill. */
  prefix: string;
  dryRun: boolean;
  /** Also the videos of which all is made. */
  remake: boolean;
  /** Jobs per second; undefined: what the workers get done of the stack's videos. */
  rate: number | undefined;
  /** The last key that is left out because it was done before. */
  startAfter: string | undefined;
}

/** A command line that makes no sense; its message says how to do better. */
export class UsageError extends Error {}

export const usage = `Looks after a deployed stack, or after a local run that is kept up.

  npm run ops -- status                   how it stands: queues, workers, failures, newest thumbnails
  npm run ops -- failed                   each failed job and event: key, reason, attempts, time; changes nothing
  npm run ops -- redrive KEY …            sends the failed jobs of these videos back to the jobs queue
  npm run ops -- redrive --all            … of all videos
  npm run ops -- redrive --events         makes the jobs of the events that a Lambda could not handle
  npm run ops -- backfill                 queues every video that has no thumbnail newer than itself, or not all outputs
                                          that the settings ask for
  npm run ops -- choose KEY 00:05         makes the video's thumbnail of this frame, by the video's tag; --undo in
                                          place of the timestamp takes that back
  npm run ops -- enable-events --bucket NAME
                                          has S3 tell EventBridge of an existing bucket, before a stack is made for it;
                                          all else of the bucket's notifications stays as it is

Which stack:
  --stack NAME          as \`npx pulumi stack ls\` lists it (default: the selected one)
  --local               the local run that \`npm run local -- --keep\` keeps up; with --out DIR if that was given one
  --region, --bucket, --jobs-queue URL, --failed-jobs-queue URL, --failed-events-queue URL, --cluster,
  --video-suffixes .mp4,.MP4, --thumbnail-format png and --extras "storyboard=160.jpg preview=320x4s 320.webp",
  --output-bucket (default: that of the videos), --output-prefix thumb/, --extras-prefix extras/,
  --video-prefixes uploads/,more/ (default: any key) and --existing-bucket (the stack has not made the videos' bucket)
                        instead of a stack's outputs: all that a command needs, or none; Pulumi is not asked then
  enable-events needs no stack: --bucket, and --region unless the environment or profile has one

backfill:
  --dry-run             lists the videos, says what time and money they would take, and queues nothing
  --prefix PREFIX       only keys that begin so
  --remake              also videos of which all is made, say after a change of the thumbnails' settings
  --rate N              jobs per second (default: 5, and fewer where more than thumbnails is made)
  --start-after KEY     goes on after this key; an interrupted backfill prints the command

  --json                JSON lines on stdout, and nothing else there
  --yes                 do not ask before redrive --all, redrive --events, backfill and enable-events
  --help                this text

Exit code: 0 done, 1 not done or not all, 2 for a wrong command line, 130 after Ctrl-C.`;

/** Options that stand for one of the stack's outputs. */
const outputOptions: Record<string, string> = {
  region: "region",
  bucket: "bucketName",
  "output-bucket": "outputBucketName",
  "output-prefix": "thumbnailKeyPrefix",
  "extras-prefix": "extrasKeyPrefix",
  "video-prefixes": "videoPrefixes",
  "existing-bucket": "onExistingBucket",
  "jobs-queue": "jobQueueUrl",
  "failed-jobs-queue": "failedJobsQueueUrl",
  "failed-events-queue": "failedEventsQueueUrl",
  cluster: "clusterName",
  "video-suffixes": "videoSuffixes",
  "thumbnail-format": "thumbnailFormat",
  extras: "extrasAskedFor",
};

/** The option that stands for an output of the stack. */
export function optionOf(output: string): string {
  const option = Object.keys(outputOptions).find((name) => outputOptions[name] === output);
  return `--${option ?? output}`;
}

/** Whether an option such as `--existing-bucket` stands alone, without a value. */
export function isFlag(option: string): boolean {
  return commonOptions[option.slice(2)]?.type === "boolean";
}

type OptionTypes = NonNullable<ParseArgsConfig["options"]>;

/** Options that say which stack, and how to tell of it. */
export const commonOptions: OptionTypes = {
  stack: { type: "string" },
  local: { type: "boolean" },
  out: { type: "string" },
  json: { type: "boolean" },
  ...Object.fromEntries(Object.keys(outputOptions).map((name) => [name, { type: "string" as const }])),
  "existing-bucket": { type: "boolean" },
};

const verbOptions: Record<Verb, OptionTypes> = {
  status: {},
  failed: {},
  redrive: { all: { type: "boolean" }, events: { type: "boolean" }, yes: { type: "boolean" } },
  backfill: {
    prefix: { type: "string" },
    "dry-run": { type: "boolean" },
    remake: { type: "boolean" },
    rate: { type: "string" },
    "start-after": { type: "string" },
    yes: { type: "boolean" },
  },
  choose: { undo: { type: "boolean" } },
  "enable-events": { yes: { type: "boolean" } },
};

/** Reads the command line; `"help"` when that is wanted. Throws {@link UsageError}. */
export function readArguments(args: string[]): Arguments | "help" {
  if (args.length === 0 || args.includes("--help") || args.includes("-h")) return "help";
  const verb = verbs.find((candidate) => candidate === args[0]);
  if (verb === undefined) {
    throw new UsageError(
      `The first word must be one of ${verbs.join(", ")}; not "${args[0] ?? ""}". --help says more.`,
    );
  }
  const { values, positionals } = parse(verb, args.slice(1));
  return argumentsOf(verb, values, positionals);
}

/** What parsed options mean. Throws {@link UsageError} where they contradict each other. */
export function argumentsOf(
  verb: Verb,
  values: Readonly<Record<string, unknown>>,
  positionals: string[],
): Arguments {
  const text = (name: string) => values[name] as string | undefined;
  const is = (name: string) => values[name] === true;
  const parsed: Arguments = {
    verb,
    stack: text("stack"),
    local: is("local"),
    outDirectory: text("out") ?? "out",
    outputs: givenOutputs(values, (option) => outputOptions[option] ?? option),
    outputOptions: givenOutputs(values, (option) => `--${option}`),
    json: is("json"),
    yes: is("yes"),
    keys: positionals,
    undo: is("undo"),
    all: is("all"),
    events: is("events"),
    prefix: text("prefix") ?? "",
    dryRun: is("dry-run"),
    remake: is("remake"),
    rate: readRate(text("rate")),
    startAfter: text("start-after"),
  };
  rejectContradictions(parsed);
  const { extrasAskedFor: extras } = parsed.outputs;
  return extras === undefined
    ? parsed
    : { ...parsed, outputs: { ...parsed.outputs, extrasAskedFor: readExtras(extras) } };
}

function parse(verb: Verb, args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { ...commonOptions, ...verbOptions[verb] },
    });
  } catch (error) {
    const [problem = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw new UsageError(`${verb}: ${problem.replace(/\.$/, "")}. --help says more.`);
  }
}

function givenOutputs(
  values: Record<string, unknown>,
  nameOf: (option: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.keys(outputOptions).flatMap((option) => {
      const value = values[option];
      if (value === true) return [[nameOf(option), "true"]];
      return typeof value === "string" ? [[nameOf(option), value]] : [];
    }),
  );
}

function readRate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rate = Number(text);
  if (!(rate > 0 && rate <= 1000)) {
    throw new UsageError(`--rate takes jobs per second, more than 0 and at most 1000; not "${text}".`);
  }
  return rate;
}

/** In the order in which the stack's output has them. */
function readExtras(line: string): string {
  try {
    return extrasAskedFor(parseAskedFor(line));
  } catch (error) {
    throw new UsageError(`--extras: ${(error as Error).message}.`);
  }
}

function rejectContradictions(args: Arguments): void {
  const { verb, keys, all, events, local, stack } = args;
  if (verb === "enable-events") {
    requireBucketAlone(args);
    return;
  }
  if (local && stack !== undefined) throw new UsageError("Either --stack or --local, not both.");
  const given = Object.keys(args.outputOptions);
  if (given.length > 0 && (local || stack !== undefined)) {
    const whole = local ? "--local" : "--stack";
    throw new UsageError(
      `Either ${whole} or ${given.join(", ")}: what one stack is told would go to another one's queues.`,
    );
  }
  if (verb === "choose") {
    requireChoice(args);
  } else if (verb !== "redrive") {
    if (keys.length > 0) throw new UsageError(`${verb} takes no further words; not "${keys.join(" ")}".`);
  } else if ([keys.length > 0, all, events].filter(Boolean).length !== 1) {
    throw new UsageError(
      "redrive takes the keys of videos, or --all, or --events; `npm run ops -- failed` lists what there is.",
    );
  }
}

function requireChoice({ keys, undo }: Arguments): void {
  const [, timestamp] = keys;
  if (keys.length !== (undo ? 1 : 2)) {
    throw new UsageError("choose takes the key of a video, and a timestamp or --undo.");
  }
  try {
    if (timestamp !== undefined) parseTimestamp(timestamp);
  } catch (error) {
    throw new UsageError(`choose: ${(error as Error).message}`);
  }
}

/** It is about a bucket, before there is any stack. */
function requireBucketAlone({ keys, stack, local, outputs, outputOptions: given }: Arguments): void {
  if (keys.length > 0) throw new UsageError(`enable-events takes no further words; not "${keys.join(" ")}".`);
  const others = Object.keys(given).filter((option) => !["--bucket", "--region"].includes(option));
  if (stack !== undefined || others.length > 0) {
    throw new UsageError(
      `enable-events is about a bucket alone; not ${[...(stack === undefined ? [] : ["--stack"]), ...others].join(", ")}.`,
    );
  }
  if (local && outputs["region"] !== undefined)
    throw new UsageError("Either --local or --region: a local run has a region of its own.");
  if ((outputs["bucketName"] ?? "") === "")
    throw new UsageError("enable-events takes the name of the bucket: --bucket NAME.");
}
