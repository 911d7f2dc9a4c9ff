import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A directory for one test file's videos. */
export function makeDirectory(): { directory: string; remove: () => void } {
  const directory = mkdtempSync(path.join(tmpdir(), "local-test-"));
  return {
    directory,
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Makes a video of three seconds, one second each of red, green and blue, and gives its path. */
export function makeVideo(directory: string, name: string): string {
  const file = path.join(directory, name);
  const colours = ["red", "green", "blue"].flatMap((colour) => [
    "-f",
    "lavfi",
    "-i",
    `color=${colour}:duration=1:size=64x36:rate=10`,
  ]);
  execFileSync("ffmpeg", [
    ...["-v", "error", "-y", ...colours, "-filter_complex", "concat=n=3"],
    ...["-pix_fmt", "yuv420p", "-f", "mp4", file],
  ]);
  return file;
}

/** Makes a file that is called a video and is none, and gives its path. */
export function makeNoVideo(directory: string, name: string): string {
  const file = path.join(directory, name);
  writeFileSync(file, "This is no video.\n");
  return file;
}

/** The colour of a picture, as [red, green, blue] from 0 to 255. */
export function colourOf(picture: Buffer): number[] {
  const pixel = execFileSync(
    "ffmpeg",
    ["-v", "error", "-i", "pipe:", "-vf", "scale=1:1", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:"],
    { input: picture },
  );
  return [...pixel];
}
