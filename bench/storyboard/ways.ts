import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import type { Cloud } from "../cloud";
import { bucket } from "../cloud";
import { durationSeconds } from "./video";

/** A way from a video in S3 to a sheet of tiles of 160 pixels, one in 45 seconds. */
export interface Way {
  readonly name: string;
  readonly run: (key: string) => Promise<void>;
}

const intervalSeconds = 45;
const layout = "10x16";

/** The worker's, whose process is bundled in `directory`, and what else one could do. */
export function ways(cloud: Cloud, directory: string, storyboardProcess: string): readonly Way[] {
  const run = async (program: string, ...args: string[]) => {
    await promisify(execFile)(program, args, { maxBuffer: 64 * 1024 * 1024 });
  };
  const sheet = (name: string) => path.join(directory, `${name}.jpg`);
  const input = (key: string) => [
    "-headers",
    `Authorization: ${cloud.authorization}\r\n`,
    "-i",
    cloud.url(key),
  ];
  const ffmpeg = (...args: string[]) => run("ffmpeg", "-v", "error", "-nostdin", "-y", ...args);
  const tiles = ["-vf", `fps=1/${intervalSeconds},scale=160:-2,tile=${layout}`, "-frames:v", "1"];
  return [
    {
      name: "the worker",
      run: (key) => run(process.execPath, storyboardProcess, bucket, key, directory),
    },
    {
      name: "-skip_frame nokey, fps, scale, tile",
      run: (key) => ffmpeg("-skip_frame", "nokey", ...input(key), ...tiles, sheet("keyframes")),
    },
    {
      name: "a seek for each tile",
      run: async (key) => {
        for (let seconds = 0; seconds < durationSeconds; seconds += intervalSeconds) {
          const scaled = ["-frames:v", "1", "-vf", "scale=160:-2", sheet(`tile-${seconds}`)];
          await ffmpeg("-ss", String(seconds), ...input(key), ...scaled);
        }
        const pattern = ["-pattern_type", "glob", "-i", path.join(directory, "tile-*.jpg")];
        await ffmpeg(...pattern, "-vf", `tile=${layout}`, "-frames:v", "1", sheet("seeks"));
      },
    },
    {
      name: "fps, scale, tile",
      run: (key) => ffmpeg(...input(key), ...tiles, sheet("all")),
    },
  ];
}
