import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { frameOf } from "../../testkit/frameOf";
import { durationOf } from "./film";

/** A picture of a film, and when it is shown there. */
export interface Choice {
  readonly png: Buffer;
  readonly seconds: number;
}

/** A way to choose a picture of a video file. */
export interface Chooser {
  readonly name: string;
  readonly choose: (file: string) => Promise<Choice>;
}

/** This project's, and what others do. */
export const choosers: readonly Chooser[] = [
  { name: "auto", choose: (file) => byWorker(file, "auto") },
  { name: "00:02", choose: (file) => byWorker(file, "00:02") },
  { name: "thumbnail=24 at 10 %", choose: (file) => byFilter(file, 0.1, "thumbnail=24") },
  { name: "thumbnail=50 at 50 %", choose: (file) => byFilter(file, 0.5, "thumbnail=50") },
  {
    name: "first frame that is not black",
    choose: (file) =>
      byFilter(file, 0, "blackframe=0,metadata=select:key=lavfi.blackframe.pblack:value=98:function=less"),
  },
];

async function byWorker(file: string, at: string): Promise<Choice> {
  const { image, timestampSeconds } = await frameOf(await readFile(file), { at, widthPixels: 320 });
  return { png: image, seconds: timestampSeconds };
}

async function byFilter(file: string, part: number, filter: string): Promise<Choice> {
  const start = await startOf(file);
  const seek = part === 0 ? [] : ["-ss", String(durationOf(file) * part)];
  const args = ["-hide_banner", "-nostdin", "-copyts", ...seek, "-i", file];
  const picture = [
    "-vf",
    `${filter},showinfo`,
    "-frames:v",
    "1",
    "-c:v",
    "png",
    "-f",
    "image2pipe",
    "pipe:1",
  ];
  const options = { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 } as const;
  const { stdout, stderr } = await promisify(execFile)("ffmpeg", [...args, ...picture], options);
  const time = /pts_time:(-?[\d.]+)/.exec(stderr.toString())?.[1];
  return { png: stdout, seconds: time === undefined ? 0 : Number(time) - start };
}

async function startOf(file: string): Promise<number> {
  const args = ["-v", "error", "-show_entries", "format=start_time", "-of", "csv=p=0", file];
  return Number((await promisify(execFile)("ffprobe", args)).stdout);
}
