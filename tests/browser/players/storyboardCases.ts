import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { extraKey } from "../../../contract/extras";
import { makeStoryboard } from "../../../worker/storyboard/makeStoryboard";
import { never, withVideo } from "../../worker/sampling/sampledVideo";
import { numberedVideo } from "../../worker/videos";

/** A numbered video, and the storyboard that is made of it. */
export interface StoryboardCase {
  readonly title: string;
  readonly key: string;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  /** Frames a second. */
  readonly rate: number;
  /** Every how many frames there is a keyframe. */
  readonly keyframeEvery: number;
  readonly tileWidthPixels: number;
  /** Of a tile, by the storyboard's rule for videos of this length. */
  readonly intervalSeconds: number;
  readonly sheets: number;
  readonly format?: "webp";
}

const landscape = { width: 320, height: 180, seconds: 41, rate: 10, tileWidthPixels: 160 };
const usual = { ...landscape, intervalSeconds: 2, keyframeEvery: 13, sheets: 1 };
export const storyboardCases: readonly StoryboardCase[] = [
  { title: "a usual video", key: "usual.mp4", ...usual },
  {
    title: "sheets as WebP, in a folder of another alphabet",
    key: "dir ä/My clip ü & 100% #1.mp4",
    ...usual,
    format: "webp",
  },
  { title: "a portrait video", key: "portrait.mp4", ...usual, width: 180, height: 320 },
  { title: "keyframes further apart than tiles", key: "sparse.mp4", ...usual, keyframeEvery: 90 },
  {
    title: "several sheets",
    key: "sheets.mp4",
    ...{ width: 960, height: 540, seconds: 121.5, rate: 5, keyframeEvery: 4, tileWidthPixels: 480 },
    ...{ intervalSeconds: 1, sheets: 2 },
  },
];

/** Makes the video and its storyboard in a folder, at their keys. */
export async function makeCase(one: StoryboardCase, folder: string): Promise<void> {
  const file = path.join(folder, one.key);
  await mkdir(path.dirname(file), { recursive: true });
  const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-sc_threshold", "0"];
  await numberedVideo(file, {
    ...{ frames: Math.round(one.seconds * one.rate), rate: one.rate, width: one.width, height: one.height },
    encode: [...x264, "-g", String(one.keyframeEvery)],
  });
  const settings = { tileWidthPixels: one.tileWidthPixels, format: one.format ?? "jpg" } as const;
  const outputs = await withVideo(await readFile(file), ({ tools, file: probed }) =>
    makeStoryboard(tools, probed, settings, never),
  );
  for (const { name, content } of outputs) {
    const output = path.join(folder, extraKey(one.key, name, "extras/"));
    await mkdir(path.dirname(output), { recursive: true });
    await writeFile(output, content);
  }
}

/** Ten tiles from the first to the last: the middle of each in seconds, and the number of the frame that it shows. */
export function tenTiles(one: StoryboardCase): { middleSeconds: number; number: number }[] {
  const { seconds, rate, keyframeEvery, intervalSeconds } = one;
  const last = Math.ceil(seconds / intervalSeconds) - 1;
  return Array.from({ length: 10 }, (_, i) => {
    const tile = Math.round((i * last) / 9);
    const [start, end] = [tile * intervalSeconds, Math.min((tile + 1) * intervalSeconds, seconds)];
    const frame = Math.floor(start * rate);
    const isSparse = keyframeEvery / rate > intervalSeconds;
    const number = isSparse ? frame : Math.floor(frame / keyframeEvery) * keyframeEvery;
    return { middleSeconds: (start + end) / 2, number };
  });
}
