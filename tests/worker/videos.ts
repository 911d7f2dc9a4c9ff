import { spawn } from "node:child_process";
import { buffer } from "node:stream/consumers";
import { PNG } from "pngjs";

/** Runs ffmpeg and gives what it writes to its stdout. Throws with its words when it fails. */
export async function ffmpeg(args: readonly string[], input?: Buffer | Iterable<Buffer>): Promise<Buffer> {
  const child = spawn("ffmpeg", ["-v", "error", "-y", ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const [stdout, stderr, code] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
      child.stdin.on("error", () => undefined);
      if (input !== undefined)
        for (const chunk of Buffer.isBuffer(input) ? [input] : input) child.stdin.write(chunk);
      child.stdin.end();
    }),
  ]);
  if (code !== 0) throw new Error(`ffmpeg ${args.join(" ")}: ${stderr.toString()}`);
  return stdout;
}

/** How many frames can be told apart: ten bits. */
const bits = 10;

export interface NumberedVideo {
  frames?: number;
  rate?: number;
  width?: number;
  height?: number;
  /** Arguments between the input and the output: filters and encoder settings. */
  encode?: readonly string[];
  /** Arguments that add a second input and map it. */
  extra?: readonly string[];
  container?: string;
}

/**
 * A video each of whose frames shows its own number: ten vertical stripes, white for a 1 and black for a 0, the
 * highest bit on the left. `frameNumber` reads it back from a picture of any size.
 */
export async function numberedVideo(path: string, options: NumberedVideo = {}): Promise<void> {
  const { frames = 50, rate = 25, width = 160, height = 90, extra = [] } = options;
  const encode = options.encode ?? ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-bf", "2"];
  const raw = [
    "-f",
    "rawvideo",
    "-pix_fmt",
    "gray",
    "-s",
    `${width}x${height}`,
    "-r",
    String(rate),
    "-i",
    "pipe:0",
  ];
  await ffmpeg(
    [...raw, ...extra, "-pix_fmt", "yuv420p", ...encode, path],
    numberedFrames(frames, width, height),
  );
}

function* numberedFrames(count: number, width: number, height: number): Iterable<Buffer> {
  for (let number = 0; number < count; number++) {
    const row = Buffer.alloc(width);
    for (let x = 0; x < width; x++) {
      const bit = bits - 1 - Math.floor((x * bits) / width);
      row[x] = (number >> bit) & 1 ? 235 : 16;
    }
    yield Buffer.concat(Array<Buffer>(height).fill(row));
  }
}

/** The number that a picture (PNG, JPEG or WebP) of a numbered video shows. */
export async function frameNumber(picture: Buffer): Promise<number> {
  const stripes = isPng(picture) ? stripesOfPng(picture) : await stripesOf(picture);
  return stripes.reduce((number, level) => number * 2 + (level > 127 ? 1 : 0), 0);
}

function isPng(picture: Buffer): boolean {
  return picture.subarray(1, 4).toString("latin1") === "PNG";
}

/** The level in the middle of each stripe. In this process: it is read so often that one of ffmpeg's each takes long. */
function stripesOfPng(picture: Buffer): number[] {
  const { width, height, data } = PNG.sync.read(picture);
  return Array.from({ length: bits }, (_, bit) => {
    const [x, y] = [Math.floor(((bit + 0.5) * width) / bits), Math.floor(height / 2)];
    return data[(y * width + x) * 4 + 1] ?? 0;
  });
}

async function stripesOf(picture: Buffer): Promise<number[]> {
  const scaled = ["-vf", `scale=${bits}:1:flags=area,format=gray`, "-f", "rawvideo", "pipe:1"];
  return [...(await ffmpeg(["-i", "pipe:0", ...scaled], picture)).subarray(0, bits)];
}

/** A picture's size in pixels, and whether its format is what its name says. */
export async function pictureSize(picture: Buffer): Promise<{ width: number; height: number }> {
  const gray = await ffmpeg(["-i", "pipe:0", "-f", "image2pipe", "-c:v", "pgm", "pipe:1"], picture);
  const [, width, height] = /^P5\s(\d+) (\d+)\s/.exec(gray.subarray(0, 40).toString("latin1")) ?? [];
  return { width: Number(width), height: Number(height) };
}

let encoders: Promise<string> | undefined;

/** Whether this machine's ffmpeg has an encoder: some packages leave out those of other projects. */
export async function hasEncoder(name: string): Promise<boolean> {
  encoders ??= ffmpeg(["-encoders"]).then((list) => list.toString());
  return new RegExp(`^ [AV][A-Z.]{5} ${name} `, "m").test(await encoders);
}
