import { execFile } from "node:child_process";
import { mkdir, rename, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

/** A video to measure with, and how people call it. */
export interface BenchVideo {
  readonly name: string;
  readonly key: string;
  readonly file: string;
}

/**
 * Ten minutes of 1080p at 5 Mbit/s with a keyframe every 10 s, once with the index in front and once at the end. Made
 * on the first call, in half a minute: 30 s of moving noise, twenty times over.
 */
export async function makeVideos(directory: string): Promise<readonly [BenchVideo, BenchVideo]> {
  await mkdir(directory, { recursive: true });
  const part = path.join(directory, "part.mp4");
  const front = path.join(directory, "index-in-front.mp4");
  const end = path.join(directory, "index-at-end.mp4");
  const picture = "testsrc2=size=1920x1080:rate=25:duration=30,noise=alls=12:allf=t";
  const gop = ["-g", "250", "-keyint_min", "250", "-sc_threshold", "0", "-bf", "2", "-pix_fmt", "yuv420p"];
  const bitrate = ["-b:v", "5M", "-maxrate", "6M", "-bufsize", "10M"];
  await make(part, [
    ...["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=sample_rate=48000:duration=30"],
    ...["-c:v", "libx264", "-preset", "ultrafast", ...bitrate, ...gop, "-c:a", "aac"],
  ]);
  await make(end, ["-stream_loop", "19", "-i", part, "-c", "copy"]);
  await make(front, ["-i", end, "-c", "copy", "-movflags", "+faststart"]);
  return [
    { name: "index in front", key: path.basename(front), file: front },
    { name: "index at the end", key: path.basename(end), file: end },
  ];
}

async function make(file: string, args: readonly string[]): Promise<void> {
  if (await stat(file).catch(() => undefined)) return;
  const unfinished = `${file}.unfinished.mp4`;
  await promisify(execFile)("ffmpeg", ["-v", "error", "-y", ...args, unfinished]);
  await rename(unfinished, file);
}
