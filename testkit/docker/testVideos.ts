import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A video made by this machine's ffmpeg with these arguments, as the content of a file of this kind. */
export function makeVideo(extension: string, ...args: string[]): Buffer {
  const folder = mkdtempSync(path.join(tmpdir(), "image-test-"));
  try {
    const file = path.join(folder, `video.${extension}`);
    execFileSync("ffmpeg", ["-v", "error", ...args, file], { stdio: ["ignore", "inherit", "inherit"] });
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Two seconds, 640×360. */
export function smallVideo(): Buffer {
  const picture = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=2"];
  return makeVideo("mp4", ...picture, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p");
}

/** 4K, 10 bit, HEVC as a phone writes it, with a GOP of one second; its last frames take a worker seconds to reach. */
export function heavyVideo(): Buffer {
  const picture = ["-f", "lavfi", "-i", "testsrc2=size=3840x2160:rate=24:duration=1"];
  const encode = ["-c:v", "libx265", "-preset", "superfast", "-tag:v", "hvc1", "-pix_fmt", "yuv420p10le"];
  return makeVideo("mp4", ...picture, ...encode, "-x265-params", "log-level=error:keyint=24:ref=5:bframes=4");
}

/** A small file whose one frame takes 750 MiB: about the largest that ffmpeg's decoders take on. */
export function bomb(): Buffer {
  const picture = ["-f", "lavfi", "-i", "color=red:size=16200x16200:rate=1:duration=1"];
  return makeVideo("mkv", ...picture, "-frames:v", "1", "-pix_fmt", "yuv444p", "-c:v", "ffv1");
}
