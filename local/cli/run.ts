import { shown } from "../../contract/shown";
import type { Arguments } from "./arguments";
import { startLocalCloud } from "../cloud";
import type { CloudEvent, LocalCloud } from "../localCloud";
import { buildDockerImage } from "../containers/dockerImage";
import { announceKeptCloud } from "../keptCloud";
import { KeyWithoutFileError } from "./fileOfKey";
import { download } from "./download";
import { readWorkerLine, type Progress } from "./progress";
import type { Outcome } from "../watch/outcomes";
import { ofType } from "../program/resources";
import type { VideoFile } from "./videoFiles";

/** What became of one video; the line of `--json`. */
export interface VideoResult {
  video: string;
  key: string;
  ok: boolean;
  /** The path of the picture on this machine, or null. */
  thumbnail: string | null;
  /** From the beginning of the upload to the picture on this machine, or to the failure. */
  seconds: number;
  error: string | null;
}

/** When nothing has happened for so long, nothing will. */
const patienceMs = 10 * 60_000;

/**
 * Starts the local cloud, uploads the videos and writes their thumbnails to `outDirectory`; the results are in the
 * videos' order. Throws what {@link startLocalCloud} throws, and the signal's reason; whatever happens, nothing
 * of the cloud is left. `report` is told of the results, which with `keep` is long before the end.
 */
export async function makeThumbnails(
  videos: VideoFile[],
  { config, outDirectory, docker, keep }: Pick<Arguments, "config" | "outDirectory" | "docker" | "keep">,
  progress: Progress,
  signal: AbortSignal,
  report: (results: VideoResult[]) => void,
): Promise<VideoResult[]> {
  const dockerImage = docker ? (config["imageUri"] ?? (await buildImage(progress, signal))) : undefined;
  const startedAtMs = Date.now();
  progress.say("Starting the pipeline on this machine …");
  const watchdog = new Watchdog(progress);
  /** The files of thumbnails, by their keys. */
  const downloads = new Map<string, Promise<string>>();
  let cloud: LocalCloud | undefined;
  const onEvent = (event: CloudEvent) => {
    progress.onEvent(event);
    watchdog.onEvent(event);
    if (event.type === "object-created" && cloud && event.object.key.startsWith(cloud.outputPrefix)) {
      const { key } = event.object;
      const written = download(cloud.clients.s3, cloud.bucket, key, outDirectory);
      // Whoever waits for it hears of it, too; one that the end of the run cuts off has nobody who waits.
      written.catch((error: unknown) => {
        if (error instanceof KeyWithoutFileError)
          progress.say(`${shown(key)}: not written: ${error.message}`);
      });
      downloads.set(key, written);
    }
  };
  try {
    const started = await startLocalCloud({ config, dockerImage, signal, onEvent });
    cloud = started;
    const readySeconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
    progress.say(`Ready after ${readySeconds} s: ${summary(started)}`);
    const uploads = videos.map(async (video) => {
      const result = await makeThumbnail(started, video, progress, watchdog);
      if (result.thumbnail === null) return result;
      try {
        const file = await downloads.get(result.thumbnail);
        return { ...result, thumbnail: file ?? null };
      } catch (error) {
        if (!(error instanceof KeyWithoutFileError)) throw error;
        return {
          ...result,
          ok: false,
          thumbnail: null,
          error: `its thumbnail is not written: ${error.message}`,
        };
      }
    });
    const results = await Promise.race([Promise.all(uploads), aborted(signal)]);
    report(results);
    if (keep) await keepUp(started, outDirectory, progress, signal);
    return results;
  } finally {
    watchdog.stop();
    await cloud?.stop();
  }
}

/** Leaves the cloud up until the signal, for the operator's tools. */
async function keepUp(
  cloud: LocalCloud,
  outDirectory: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const takeBack = await announceKeptCloud(outDirectory, cloud);
  const out = outDirectory === "out" ? "" : ` --out ${outDirectory}`;
  progress.say(
    `The pipeline stays up until Ctrl-C. In another terminal: npm run ops -- status --local${out}`,
  );
  await aborted(signal).catch(() => undefined);
  await takeBack();
}

async function buildImage(progress: Progress, signal: AbortSignal): Promise<string> {
  progress.say("Building the worker's image (the first time, ffmpeg with it: some minutes) …");
  return buildDockerImage(signal);
}

function summary({ resources }: LocalCloud): string {
  const functions = ofType(resources, "aws:lambda/function:Function").length;
  const queues = ofType(resources, "aws:sqs/queue:Queue").length;
  return `${resources.length} resources, among them ${functions} functions and ${queues} queues`;
}

async function makeThumbnail(
  cloud: LocalCloud,
  { video, key, sizeBytes }: VideoFile,
  progress: Progress,
  watchdog: Watchdog,
): Promise<VideoResult> {
  const startedAtMs = Date.now();
  const result = (outcome: { thumbnail: string } | { error: string }): VideoResult => {
    const seconds = (Date.now() - startedAtMs) / 1000;
    return { video, key, ok: "thumbnail" in outcome, thumbnail: null, seconds, error: null, ...outcome };
  };
  if (!cloud.triggers(key)) {
    const suffixes = watchedSuffixes(cloud).join(", ");
    return result({
      error:
        `no upload of this name is taken for a video: the stack watches for ${suffixes}. ` +
        `Set others with --config 'videoSuffixes=[".mp4",".mov"]'.`,
    });
  }
  progress.say(`${key}: uploading ${sizeText(sizeBytes)}`);
  await cloud.upload(video, key);
  progress.say(`${key}: uploaded`);
  const outcome = await Promise.race([cloud.outcome(key), watchdog.gaveUp]);
  return result(outcome.ok ? { thumbnail: outcome.thumbnail } : { error: outcome.reason });
}

/** Rejects with the signal's reason when it is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

/** The endings in the bucket's notifications, those of thumbnails left out. */
function watchedSuffixes({ resources }: LocalCloud): string[] {
  return ofType(resources, "aws:s3/bucketNotification:BucketNotification").flatMap(({ inputs }) =>
    (inputs.lambdaFunctions ?? [])
      .filter(({ filterPrefix = "" }) => filterPrefix === "")
      .map(({ filterSuffix = "" }) => filterSuffix),
  );
}

function sizeText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const amount = bytes / 1000 ** power;
  return `${amount.toFixed(power === 0 || amount >= 100 ? 0 : 1)} ${units[power] ?? ""}`;
}

/** Gives up on a run whose workers cannot start, or in which nothing happens any more. */
class Watchdog {
  /** Settles only when the run is given up. */
  readonly gaveUp: Promise<Outcome>;
  private giveUp: (outcome: Outcome) => void = () => undefined;
  private readonly timer: NodeJS.Timeout;
  private readonly workersWithJobs = new Set<string>();

  constructor(private readonly progress: Progress) {
    this.gaveUp = new Promise((resolve) => (this.giveUp = resolve));
    this.timer = setTimeout(() => {
      this.fail(`nothing has happened for ${patienceMs / 60_000} minutes`);
    }, patienceMs);
  }

  onEvent(event: CloudEvent): void {
    this.timer.refresh();
    if (event.type === "worker-line" && readWorkerLine(event.line).event === "job-started") {
      this.workersWithJobs.add(event.taskId);
    }
    if (event.type !== "task" || event.task.lastStatus !== "STOPPED" || event.task.exitCode === 0) return;
    const taskId = event.task.arn.split("/").at(-1) ?? "";
    if (!this.workersWithJobs.has(taskId))
      this.fail("a worker ended with an error before it had taken a job");
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private fail(reason: string): void {
    const lines = this.progress.lastLines();
    const context = lines.length > 0 ? `; what was printed last:\n${lines.join("\n")}` : "";
    this.giveUp({ ok: false, reason: reason + context });
  }
}
