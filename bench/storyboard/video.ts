import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

/** How long the video is, and how often it has a keyframe; in seconds. */
export const durationSeconds = 7200;
const keyframeSeconds = 5;
const partSeconds = 30;

/**
 * Two hours of 1080p H.264, 5.2 Mbit/s, its index at the end: half a minute of moving noise, over and over. Made in a minute;
 * it has 4.7 GB.
 */
export async function makeLongVideo(directory: string): Promise<string> {
  const [part, whole] = [path.join(directory, "part.mp4"), path.join(directory, "long.mp4")];
  const picture = `testsrc2=size=1920x1080:rate=25:duration=${partSeconds},noise=alls=12:allf=t`;
  const gop = String(25 * keyframeSeconds);
  await ffmpeg([
    ...["-f", "lavfi", "-i", picture, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
    ...["-b:v", "5200k", "-maxrate", "6M", "-bufsize", "10M", "-bf", "2"],
    ...["-g", gop, "-keyint_min", gop, "-sc_threshold", "0", part],
  ]);
  const times = String(durationSeconds / partSeconds - 1);
  await ffmpeg(["-stream_loop", times, "-i", part, "-c", "copy", "-t", String(durationSeconds), whole]);
  return whole;
}

async function ffmpeg(args: readonly string[]): Promise<void> {
  await promisify(execFile)("ffmpeg", ["-v", "error", "-nostdin", "-y", ...args]);
}
