import { extraKey, manifestName } from "../../contract/extras";
import type { Arguments } from "./arguments";
import { startLocalCloud } from "../cloud";
import type { CloudEvent, LocalCloud } from "../localCloud";
import { buildDockerImage } from "../containers/dockerImage";
import type { ExistingBucket } from "../existing/existingBucket";
import { announceKeptCloud } from "../keptCloud";
import { KeyWithoutFileError } from "./fileOfKey";
import { Downloads } from "./downloads";
import type { Progress } from "./progress";
import { sizeText } from "./sizeText";
import type { Outcome } from "../watch/outcomes";
import { ofType } from "../program/resources";
import type { VideoFile } from "./videoFiles";
import type { VideoResult } from "./videoResult";
import { Watchdog } from "./watchdog";

/**
 * Starts the local cloud, uploads the videos and writes what is made of them to `outDirectory`; the results are in the
 * videos' order. Throws what {@link startLocalCloud} throws, and the signal's reason; whatever happens, nothing
 * of the cloud is left. `report` is told of the results, which with `keep` is long before the end.
 */
export async function makeOutputs(
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
  const downloads = new Downloads(outDirectory, progress.say);
  let cloud: LocalCloud | undefined;
  const onEvent = (event: CloudEvent) => {
    progress.onEvent(event);
    watchdog.onEvent(event);
    if (cloud) downloads.onEvent(event, cloud);
  };
  try {
    const started = await startLocalCloud({ config, dockerImage, signal, onEvent });
    cloud = started;
    const readySeconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
    progress.say(`Ready after ${readySeconds} s: ${summary(started)}`);
    const uploads = videos.map((video) => uploadAndWait(started, video, { progress, watchdog, downloads }));
    const results = await Promise.race([Promise.all(uploads), aborted(signal)]);
    report(results);
    for (const bucket of started.existing) progress.say(await whatOthersHave(bucket));
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

/** In one line, what has become of what others have in a bucket that was there. */
async function whatOthersHave(bucket: ExistingBucket): Promise<string> {
  const { name } = bucket;
  const [changed, told] = [await bucket.changes(), await bucket.toldOf()];
  const state = changed.length === 0 ? "is as it was" : `has changed: ${changed.join(", ")}`;
  const objects = told.length === 1 ? "1 object" : `${told.length} objects`;
  return `${name}: what others have in it ${state}; their queue was told of ${objects}`;
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

/** What a run is watched and written with. */
interface Run {
  progress: Progress;
  watchdog: Watchdog;
  downloads: Downloads;
}

async function uploadAndWait(
  cloud: LocalCloud,
  { video, key: name, sizeBytes }: VideoFile,
  { progress, watchdog, downloads }: Run,
): Promise<VideoResult> {
  const startedAtMs = Date.now();
  const { prefixes, suffixes } = cloud.videoKeys;
  const key = `${prefixes[0] ?? ""}${name}`;
  const made = { thumbnail: null, outputs: [], manifest: null };
  const result = (became: Partial<VideoResult>): VideoResult => {
    const seconds = (Date.now() - startedAtMs) / 1000;
    return { video, key, ok: became.error === undefined, ...made, seconds, error: null, ...became };
  };
  if (!cloud.triggers(key)) {
    return result({
      error:
        `no upload of this name is taken for a video: the stack watches for ${suffixes.join(", ")}. ` +
        `Set others with --config 'videoSuffixes=[".mp4",".mov"]'.`,
    });
  }
  progress.say(`${key}: uploading ${sizeText(sizeBytes)}`);
  await cloud.upload(video, key);
  progress.say(`${key}: uploaded`);
  const outcome = await Promise.race([cloud.outcome(key), watchdog.gaveUp]);
  const error = outcome.ok ? {} : { error: outcome.reason };
  try {
    return result({ ...(await filesOf(outcome, cloud, downloads)), ...error });
  } catch (fault) {
    if (!(fault instanceof KeyWithoutFileError)) throw fault;
    return result({ error: `its files are not written: ${fault.message}` });
  }
}

/** What of an outcome is on this machine, once it is. */
async function filesOf(
  outcome: Outcome,
  { files }: LocalCloud,
  downloads: Downloads,
): Promise<Partial<VideoResult>> {
  if (outcome.thumbnail === undefined) return {};
  const thumbnail = await downloads.fileOf(outcome.thumbnail);
  const manifest = outcome.ok ? outcome.manifest : undefined;
  if (manifest === undefined)
    return { thumbnail, outputs: [{ kind: "thumbnail", key: outcome.thumbnail, file: thumbnail }] };
  return {
    thumbnail,
    outputs: await Promise.all(
      manifest.outputs.map(async ({ kind, key, bytes, width, height }) => ({
        ...{ kind, key, file: await downloads.fileOf(key), bytes, width, height },
      })),
    ),
    manifest: await downloads.fileOf(extraKey(manifest.video.key, manifestName, files.extrasPrefix)),
  };
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
