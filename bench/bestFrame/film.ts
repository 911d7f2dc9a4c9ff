import { execFileSync, spawn } from "node:child_process";
import type { Still } from "./still";
import { blend, cut, scene } from "./still";

export const size = { width: 256, height: 144 };
export const framesPerSecond = 10;

/** What a frame is: good, or why it is a poor picture of its video. */
export type Label =
  "good" | "black" | "white" | "flat" | "transition" | "blurred" | "text" | "bars" | "exposure";

/** A part of a film: what is seen when `part` of it, from 0 to 1, is over. */
export interface Shot {
  readonly seconds: number;
  readonly frame: (part: number) => Still;
  readonly label: Label | ((part: number) => Label);
}

/** A film, and how it is encoded. */
export interface Film {
  readonly name: string;
  readonly kind: string;
  readonly shots: readonly Shot[];
  readonly keyframeSeconds: number;
  readonly extension: "mp4" | "mkv" | "ts";
}

/** A camera wandering over a scene. */
export function wandering(seed: number): (part: number) => Still {
  const room = 48;
  let still: Still | undefined;
  return (part) => {
    still ??= scene(seed, size.width + room, size.height + room);
    const angle = seed + part * 2;
    const at = (turn: number) => Math.round((room / 2) * (1 + 0.95 * turn));
    return cut(still, at(Math.cos(angle)), at(Math.sin(angle * 1.3)), size.width, size.height);
  };
}

/** From one to the other, the one growing as the other goes. */
export function dissolve(seconds: number, from: (part: number) => Still, to: (part: number) => Still): Shot {
  return {
    seconds,
    frame: (part) => blend(from(1), to(0), part),
    // The other one can not be made out at its ends.
    label: (part) => (part > 0.06 && part < 0.94 ? "transition" : "good"),
  };
}

/** What a film shows at a time. */
export function labelAt({ shots }: Film, seconds: number): Label {
  let left = seconds + 0.5 / framesPerSecond;
  for (const { seconds: length, label } of shots) {
    if (left < length) return typeof label === "string" ? label : label(left / length);
    left -= length;
  }
  const last = shots.at(-1)?.label ?? "good";
  return typeof last === "string" ? last : last(1);
}

/** Films the shots with ffmpeg. */
export async function shoot(film: Film, file: string): Promise<void> {
  const { width, height } = size;
  const raw = [
    "-f",
    "rawvideo",
    "-pix_fmt",
    "rgb24",
    "-s",
    `${width}x${height}`,
    "-r",
    String(framesPerSecond),
  ];
  const keyframes = String(Math.round(film.keyframeSeconds * framesPerSecond));
  const encode = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20"];
  const options = [...encode, "-g", keyframes, "-keyint_min", keyframes, "-sc_threshold", "0", file];
  const child = spawn("ffmpeg", ["-v", "error", "-y", ...raw, "-i", "pipe:0", ...options], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = new Promise<number | null>((resolve, reject) =>
    child.on("error", reject).on("close", resolve),
  );
  for (const frame of framesOf(film))
    if (!child.stdin.write(frame)) await new Promise((resolve) => child.stdin.once("drain", resolve));
  child.stdin.end();
  if ((await ended) !== 0) throw new Error(`ffmpeg could not make ${film.name}`);
}

function* framesOf({ shots }: Film): Iterable<Buffer> {
  for (const { seconds, frame } of shots) {
    const count = Math.max(1, Math.round(seconds * framesPerSecond));
    for (let i = 0; i < count; i++) yield Buffer.from(Uint8ClampedArray.from(frame(i / count).rgb).buffer);
  }
}

/** How long a video file is, in seconds. */
export function durationOf(file: string): number {
  const args = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file];
  return Number(execFileSync("ffprobe", args, { encoding: "utf8" }));
}
