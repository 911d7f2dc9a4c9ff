import { spawn } from "node:child_process";
import path from "node:path";
import { shown } from "../contract/shown";
import { Progress } from "../local/cli/progress";
import { findVideos, type VideoFile } from "../local/cli/videoFiles";
import { startLocalCloud } from "../local/cloud";
import { announceKeptCloud, readKeptCloud } from "../local/keptCloud";
import type { LocalCloud } from "../local/localCloud";
import { UsageError } from "../ops/arguments";
import { stackWords } from "../ops/command";
import { connect, withDefaults } from "../ops/stack";
import type { Arguments } from "./arguments";
import type { RunningConsole } from "./server/console";
import { readLocalSettings } from "./settings/localSettings";
import type { ShownStack } from "./shownStack";

const project = path.join(__dirname, "..");
const sample = path.join(project, "samples", "sample.mp4");

/**
 * Starts the pipeline on this machine, to be shown, and told of to `npm run ops -- … --local`. Throws UsageError, local's
 * own as well, ProgramError of a wrong setting, and the signal's reason.
 */
export async function startLocalRun(
  { config, outDirectory, videos: named, isEmpty }: Arguments,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<ShownStack> {
  const words = stackWords({ stack: undefined, local: true, outDirectory, outputOptions: {} });
  const other = await readKeptCloud(outDirectory);
  if (other !== undefined)
    throw new UsageError(
      `A local run is up already (process ${other.pid}). Show that one with \`npm run console -- ${words}\`, or give ` +
        "this one another folder to say that it is up: --out DIR.",
    );
  const videos = await findVideos(named.length > 0 || isEmpty ? named : [path.relative("", sample)]);
  await ensureFfmpeg(signal);
  say("Starting the pipeline on this machine …");
  const startedAtMs = Date.now();
  const progress = new Progress(say);
  const cloud = await startLocalCloud({
    config,
    signal,
    onEvent: (event) => {
      progress.onEvent(event);
    },
  });
  const takeBack = await announceKeptCloud(outDirectory, cloud);
  say(`The pipeline is up after ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s.`);
  const { outputs, endpoints, credentials } = cloud;
  const stack = connect("local run", withDefaults(outputs), { endpoints, credentials });
  return {
    stack,
    opsOptions: words,
    readSettings: () => readLocalSettings(config),
    begin(running) {
      for (const video of videos)
        void upload(cloud, video, running, say).catch((error: unknown) => {
          if (!signal.aborted) say(`${shown(video.video)} could not be uploaded: ${shown(String(error))}`);
        });
    },
    async stop() {
      stack.destroy();
      await takeBack();
      await cloud.stop();
    },
  };
}

async function upload(
  cloud: LocalCloud,
  { video, key: name }: VideoFile,
  running: RunningConsole,
  say: (line: string) => void,
): Promise<void> {
  const { prefixes, suffixes } = cloud.videoKeys;
  const key = `${prefixes[0] ?? ""}${name}`;
  if (!cloud.triggers(key)) {
    say(`${shown(video)} was not uploaded: the stack watches for ${suffixes.join(", ")}.`);
    return;
  }
  await cloud.upload(video, key);
  running.follow([key]);
  say(`${shown(key)}: uploaded`);
  const outcome = await cloud.outcome(key);
  if (!outcome.ok) say(`${shown(key)}: failed: ${shown(outcome.reason)}`);
}

/** ffmpeg is a local run's alone. Rejects with what is to be typed where there is none. */
async function ensureFfmpeg(signal: AbortSignal): Promise<void> {
  const setup = spawn(process.execPath, [path.join(project, "scripts", "setup.mjs"), "--ffmpeg"], {
    stdio: ["ignore", 2, 2],
  });
  const stop = () => setup.kill();
  signal.addEventListener("abort", stop, { once: true });
  const code = await new Promise<number | null>((resolve, reject) => {
    setup.on("error", reject);
    setup.on("close", resolve);
  }).finally(() => {
    signal.removeEventListener("abort", stop);
  });
  signal.throwIfAborted();
  if (code !== 0) throw new UsageError("A local run needs ffmpeg; see above.");
}
