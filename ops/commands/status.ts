import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { extraKey, manifestName } from "../../contract/extras";
import { videoKeyOfThumbnail } from "../../contract/outputs";
import { shown } from "../../contract/shown";
import { isVideoKey } from "../../contract/videoKeys";
import type { Arguments } from "../arguments";
import { opsCommand } from "../command";
import { counted } from "../words/counted";
import { ago, seconds } from "../words/durations";
import { readFigures, type Figures } from "../figures";
import { queueDepth, type QueueDepth } from "../queues/queueDepth";
import { videoKeysOf, type Stack } from "../stack";
import type { Terminal } from "../terminal";
import { countWorkers, type WorkerCounts } from "../workers";

interface Status {
  jobs: QueueDepth;
  workers: WorkerCounts;
  failedJobs: number;
  failedEvents: number;
  /** Null when CloudWatch cannot be asked; `cloudWatchError` says why. */
  figures: Figures | null;
  cloudWatchError: string | null;
  /** Null when there are so many that S3 would have to list them for long. */
  newestThumbnails: StoredAt[] | null;
  /**
   * Videos with a thumbnail and without a manifest of all their outputs; null where the settings ask for none, and when
   * there is more than one answer of S3's would hold.
   */
  videosWithoutManifest: number | null;
  dashboardUrl: string | null;
}

interface StoredAt {
  key: string;
  storedAt: string;
}

/** One screen that says how the stack stands. */
export async function status(stack: Stack, args: Arguments, terminal: Terminal): Promise<number> {
  const found = await readStatus(stack);
  if (args.json) terminal.printJson(found);
  else for (const line of lines(stack, args, found)) terminal.print(line);
  return 0;
}

async function readStatus(stack: Stack): Promise<Status> {
  const { outputs } = stack;
  const [jobs, failedJobs, failedEvents, workers, thumbnails, extras, figures] = await Promise.all([
    queueDepth(stack.sqs, outputs.jobQueueUrl),
    queueDepth(stack.sqs, outputs.failedJobsQueueUrl),
    queueDepth(stack.sqs, outputs.failedEventsQueueUrl),
    countWorkers(stack.ecs, outputs.clusterName),
    listUnder(stack, outputs.thumbnailKeyPrefix),
    outputs.extrasAskedFor === "" ? null : listUnder(stack, outputs.extrasKeyPrefix),
    readFigures(stack).catch((error: unknown) => String(error)),
  ]);
  return {
    jobs,
    workers,
    failedJobs: failedJobs.waiting + failedJobs.inHand,
    failedEvents: failedEvents.waiting + failedEvents.inHand,
    figures: typeof figures === "string" ? null : figures,
    cloudWatchError: typeof figures === "string" ? figures : null,
    newestThumbnails: thumbnails && newestOf(thumbnails),
    videosWithoutManifest: thumbnails && extras && withoutManifest(stack, thumbnails, extras),
    dashboardUrl: (stack.isLocal ? undefined : outputs.dashboardUrl) ?? null,
  };
}

const shownThumbnails = 5;

/** S3 lists by name alone, so that all are known only when they fit into one answer; null when they do not. */
async function listUnder({ s3, outputs }: Stack, prefix: string): Promise<StoredAt[] | null> {
  const { Contents = [], IsTruncated } = await s3.send(
    new ListObjectsV2Command({ Bucket: outputs.outputBucketName, Prefix: prefix }),
  );
  if (IsTruncated === true) return null;
  return Contents.map(({ Key = "", LastModified }) => ({
    key: Key,
    storedAt: LastModified?.toISOString() ?? "",
  }));
}

function newestOf(thumbnails: StoredAt[]): StoredAt[] {
  return [...thumbnails].sort((a, b) => b.storedAt.localeCompare(a.storedAt)).slice(0, shownThumbnails);
}

function withoutManifest({ outputs }: Stack, thumbnails: StoredAt[], extras: StoredAt[]): number {
  const { thumbnailKeyPrefix: prefix, thumbnailFormat: format, videoSuffixes, extrasKeyPrefix } = outputs;
  const stored = new Set(extras.map(({ key }) => key));
  return thumbnails
    .map(({ key }) => videoKeyOfThumbnail(key, { prefix, format, videoSuffixes }))
    .filter((video) => video !== undefined && isVideoKey(video, videoKeysOf(outputs)))
    .filter((video = "") => !stored.has(extraKey(video, manifestName, extrasKeyPrefix))).length;
}

function lines(stack: Stack, args: Arguments, found: Status): string[] {
  const { jobs, workers, failedJobs, failedEvents, figures, newestThumbnails, dashboardUrl } = found;
  const row = (name: string, text: string) => `${name.padEnd(16)}${text}`;
  const oldest =
    figures?.oldestJobSeconds === undefined ? "" : `, the oldest for ${seconds(figures.oldestJobSeconds)}`;
  return [
    `${stack.title} in ${stack.outputs.region}: ${verdict(args, found)}`,
    "",
    row("Jobs", `${jobs.waiting} waiting${oldest}, ${jobs.inHand} in hand`),
    row("Workers", `${workers.running} running, ${workers.starting} starting`),
    row("Failed jobs", `${failedJobs}`),
    row("Failed events", `${failedEvents}`),
    row("Last hour", lastHour(stack, found)),
    ...newestLines(newestThumbnails, row),
    ...outputsLines(stack, args, found, row),
    ...(dashboardUrl === null ? [] : [row("Dashboard", dashboardUrl)]),
  ];
}

/** What is to be done, if anything. */
function verdict(args: Arguments, { jobs, workers, failedJobs, failedEvents }: Status): string {
  const failures = [
    ...(failedJobs > 0 ? [counted(failedJobs, "failed job")] : []),
    ...(failedEvents > 0 ? [counted(failedEvents, "failed event")] : []),
  ];
  if (failures.length > 0) {
    return `${failures.join(" and ")}; \`${opsCommand(args, "failed")}\` says why`;
  }
  if (jobs.waiting > 0 && workers.running + workers.starting === 0) {
    return "jobs wait and no worker runs; one is started within a minute, or superviseWorkers's log says why not";
  }
  return jobs.waiting + jobs.inHand > 0 ? "at work" : "all done";
}

function lastHour({ isLocal, isOfOptions }: Stack, { figures, cloudWatchError }: Status): string {
  if (isLocal) return "unknown: a local run has no CloudWatch";
  if (cloudWatchError !== null) return `unknown: ${shown(cloudWatchError)}`;
  if (isOfOptions) return "unknown: options do not say where the stack's own metrics are, its outputs do";
  if (figures?.uploads === undefined) return "unknown: the stack has `dashboard: false`";
  const { uploads, thumbnails = 0, p50Seconds, p95Seconds } = figures;
  const wait =
    p50Seconds === undefined || p95Seconds === undefined
      ? ""
      : `; from upload to thumbnail ${seconds(p50Seconds)} (p50), ${seconds(p95Seconds)} (p95)`;
  return `${counted(uploads, "upload")}, ${counted(thumbnails, "thumbnail")}${wait}`;
}

function newestLines(
  newest: Status["newestThumbnails"],
  row: (name: string, text: string) => string,
): string[] {
  if (newest === null) return [row("Thumbnails", "more than 1,000")];
  if (newest.length === 0) return [row("Thumbnails", "none yet")];
  return newest.map(({ key, storedAt }, index) =>
    row(index === 0 ? "Newest" : "", `${shown(key)}, ${ago(new Date(storedAt))}`),
  );
}

function outputsLines(
  { outputs }: Stack,
  args: Arguments,
  { videosWithoutManifest: count }: Status,
  row: (name: string, text: string) => string,
): string[] {
  if (outputs.extrasAskedFor === "") return [];
  if (count === null) return [row("Outputs", "more than S3 lists at once")];
  if (count === 0) return [row("Outputs", "every video with a thumbnail has a manifest")];
  const backfill = opsCommand(args, "backfill");
  return [
    row(
      "Outputs",
      `${counted(count, "video")} with a thumbnail and no manifest; \`${backfill}\` queues what is missing`,
    ),
  ];
}
