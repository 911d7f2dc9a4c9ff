import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ffmpeg } from "../videos";

const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-bf", "2", "-threads", "1"];
const withSound = ["-c:a", "aac"];

/** How ffmpeg makes a small video of every container that the worker takes, with the codecs usual in it. */
const recipes = {
  mp4: [...h264, ...withSound, "-f", "mp4"],
  "mp4 faststart": [...h264, "-movflags", "+faststart", "-f", "mp4"],
  "mp4 fragmented": [...h264, "-movflags", "+frag_keyframe+empty_moov", "-f", "mp4"],
  "mp4 hevc": [
    "-c:v",
    "libx265",
    "-x265-params",
    "log-level=none:pools=1",
    "-preset",
    "ultrafast",
    "-f",
    "mp4",
  ],
  mov: ["-c:v", "prores", "-f", "mov"],
  "mov mjpeg": ["-c:v", "mjpeg", "-f", "mov"],
  mkv: [...h264, ...withSound, "-f", "matroska"],
  webm: ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "10", "-f", "webm"],
  "webm vp9": ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "10", "-f", "webm"],
  avi: ["-c:v", "mpeg4", "-g", "10", "-bf", "2", ...withSound, "-f", "avi"],
  "mpeg-ts": [...h264, ...withSound, "-f", "mpegts"],
  "mpeg-ps": ["-c:v", "mpeg2video", "-g", "10", "-f", "vob"],
  flv: [...h264, "-f", "flv"],
  ogg: ["-c:v", "libtheora", "-g", "10", "-f", "ogg"],
  wmv: ["-c:v", "wmv2", "-g", "10", "-f", "asf"],
  mxf: ["-c:v", "mpeg2video", "-g", "10", "-f", "mxf"],
} as const;

export type Container = keyof typeof recipes;
export const containers = Object.keys(recipes) as Container[];

/** One unharmed video of each container: 30 frames of 96 × 64 pixels, with sound in some. */
export async function makeVideos(): Promise<ReadonlyMap<Container, Buffer>> {
  const folder = await mkdtemp(join(tmpdir(), "worker-fuzz-"));
  const source = ["-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=1.2"];
  const sound = ["-f", "lavfi", "-i", "sine=d=1.2"];
  const exact = ["-pix_fmt", "yuv420p", "-fflags", "+bitexact", "-flags:v", "+bitexact"];
  try {
    const videos = containers.map(async (container, index): Promise<[Container, Buffer]> => {
      const file = join(folder, String(index));
      const recipe: readonly string[] = recipes[container];
      const inputs = recipe.includes("-c:a") ? [...source, ...sound] : source;
      const format =
        container === "mov" ? exact.slice(2) : container === "mov mjpeg" ? exact.slice(2) : exact;
      await ffmpeg([...inputs, ...format, ...recipe, file]);
      return [container, await readFile(file)];
    });
    return new Map(await Promise.all(videos));
  } finally {
    await rm(folder, { recursive: true });
  }
}
