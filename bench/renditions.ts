import { execFile } from "node:child_process";
import { mkdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { parseRendition } from "../contract/extras";
import { frameOf } from "../testkit/frameOf";
import { cpuSeconds } from "./measure";
import { markdown } from "./table";

const outDirectory = path.join(__dirname, "../out/bench");
const sample = path.join(__dirname, "../samples/sample.mp4");
const names = ["320.webp", "640.webp", "320.jpg", "640.jpg"];
const rounds = 15;

/**
 * Usage: npm run bench:renditions. Takes the frame at two seconds of videos from 720p to 4K, with and without renditions,
 * in turns, and prints the ratio of what that takes.
 */
async function main(): Promise<void> {
  await mkdir(outDirectory, { recursive: true });
  const lines: string[][] = [];
  for (const [name, file] of [
    ["720p", sample],
    ["1080p", await movingNoise("1920x1080")],
    ["4K", await movingNoise("3840x2160")],
  ] as const) {
    const content = await readFile(file);
    for (const format of ["png", "jpg"] as const) {
      const ways = [[], names.map(parseRendition)].map((renditions) => ({
        renditions,
        spent: { wallSeconds: 0, cpuSeconds: 0 },
      }));
      for (let round = 0; round <= rounds; round++)
        for (const { renditions, spent } of ways) {
          const [cpuBefore, startedAt] = [await cpuSeconds(), performance.now()];
          await frameOf(content, { at: "2", format, renditions });
          // The first one warms up.
          if (round === 0) continue;
          spent.wallSeconds += (performance.now() - startedAt) / 1000;
          spent.cpuSeconds += (await cpuSeconds()) - cpuBefore;
        }
      const [alone, both] = ways.map(({ spent }) => spent);
      if (alone === undefined || both === undefined) continue;
      lines.push([
        `${name}, ${format}`,
        ...(["wallSeconds", "cpuSeconds"] as const).flatMap((kind) => [
          `${(alone[kind] / rounds).toFixed(2)} s`,
          `${(both[kind] / rounds).toFixed(2)} s`,
          `${(both[kind] / alone[kind]).toFixed(2)}×`,
        ]),
      ]);
    }
  }
  const head = ["video and thumbnail", "wall time", "with renditions", "", "CPU time", "with renditions", ""];
  console.log(`Renditions: ${names.join(", ")}\n`);
  console.log(markdown([head, head.map(() => "---"), ...lines]));
}

/** Four seconds of H.264 with a keyframe every second, made on the first call. */
async function movingNoise(size: string): Promise<string> {
  const file = path.join(outDirectory, `noise-${size}.mp4`);
  if (await stat(file).catch(() => undefined)) return file;
  const picture = `testsrc2=size=${size}:rate=25:duration=4,noise=alls=12:allf=t`;
  const encode = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p"];
  await promisify(execFile)("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", picture, ...encode, file]);
  return file;
}

void main();
