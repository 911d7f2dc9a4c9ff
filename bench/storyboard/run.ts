import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { Cloud } from "../cloud";
import type { Cost } from "../measure";
import { measure } from "../measure";
import { markdown } from "../table";
import { watchMemory } from "./peakMemory";
import { makeLongVideo } from "./video";
import { ways } from "./ways";

const outDirectory = path.join(__dirname, "../../out/bench/storyboard");
const key = "long.mp4";

type Row = Cost & { readonly name: string; readonly memoryBytes: number };

/**
 * Usage: npm run bench:storyboard. Makes two hours of video, needs 10 GB on the disk meanwhile and a quarter of an hour, and
 * writes its table, and the worker's sheet, to out/bench/storyboard/.
 */
async function main(): Promise<void> {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  await mkdir(outDirectory, { recursive: true });
  const directory = await mkdtemp(path.join(tmpdir(), "bench-storyboard-"));
  const cloud = await Cloud.start(path.join(directory, "s3"));
  try {
    tell("making the video");
    const file = await makeLongVideo(directory);
    const videoBytes = (await stat(file)).size;
    tell(`uploading ${(videoBytes / 1e9).toFixed(2)} GB`);
    await cloud.upload(file, key);
    await rm(file);
    const bundle = path.join(directory, "storyboardProcess.js");
    const entry = path.join(__dirname, "storyboardProcess.ts");
    const esbuild = ["--bundle", "--platform=node", "--log-level=error", `--outfile=${bundle}`];
    execFileSync("npx", ["esbuild", entry, ...esbuild], { cwd: path.join(__dirname, "../../worker") });
    const rows: Row[] = [];
    for (const { name, run } of ways(cloud, outDirectory, bundle)) {
      tell(name);
      const peakBytes = watchMemory();
      const cost = await measure(cloud, () => run(key));
      rows.push({ name, ...cost, memoryBytes: peakBytes() });
    }
    const version = execFileSync("ffmpeg", ["-version"], { encoding: "utf8" }).split(" Copyright")[0] ?? "";
    const about = `${availableParallelism()} CPUs, ${version}; ${(videoBytes / 1e9).toFixed(2)} GB\n\n`;
    const result = about + table(rows, videoBytes);
    await writeFile(path.join(outDirectory, "results.md"), result);
    console.log(result);
  } finally {
    cloud.stop();
    await rm(directory, { recursive: true });
  }
}

/** The last column is the least time on a quarter of a CPU, which the smallest task has. */
function table(rows: readonly Row[], videoBytes: number): string {
  const head = ["way", "CPU time", "read from S3", "requests", "memory", "wall time", "CPU time × 4"];
  const lines = rows.map(({ name, cpuSeconds, bytes, requests, memoryBytes, wallSeconds }) => [
    name,
    `${cpuSeconds.toFixed(1)} s (${(cpuSeconds / (rows[0]?.cpuSeconds ?? NaN)).toFixed(1)}×)`,
    `${(bytes / 1e6).toFixed(1)} MB (${((bytes / videoBytes) * 100).toFixed(1)} %)`,
    String(requests),
    `${Math.round(memoryBytes / 2 ** 20)} MiB`,
    `${wallSeconds.toFixed(1)} s`,
    `${(cpuSeconds * 4).toFixed(0)} s`,
  ]);
  return markdown([head, head.map(() => "---"), ...lines]);
}

function tell(words: string): void {
  process.stderr.write(`${words}\n`);
}

void main();
