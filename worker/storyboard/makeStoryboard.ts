import type { StoryboardSettings } from "../../contract/extras";
import { contentTypes } from "../../contract/outputs";
import { UnusableVideoError } from "../errors";
import type { OutputFile } from "../outputFile";
import { encodePixels } from "../picture/encodePixels";
import type { Bounds } from "../picture/filters";
import { readKeyframeIndex } from "../sampling/keyframeIndex";
import type { ProbedVideo } from "../sampling/sampleFrames";
import type { SamplingTools } from "../sampling/sampleKeyframes";
import { findEnd } from "./findEnd";
import { gatherTiles } from "./gatherTiles";
import { planGrid, planStoryboard, tileBounds } from "./plan";
import { layOut, tileSize } from "./sheet";
import type { PlacedTile } from "./tileLists";
import { tileJson, webVtt } from "./tileLists";
import { spread } from "./tileMoments";

/** Of a video's keyframes, of what is read by seeks, or of a file that is read as a whole. */
const maxBytes = 512 * 1024 * 1024;
/**
 * Of what a video may use in all, for decoding tiles: two minutes on the smallest task. Of what is left of it, a part is for
 * encoding them.
 */
const cpuSeconds = 30;
const decodingShare = 0.8;

/**
 * Makes a video's storyboard: sheets of tiles, and WebVTT and JSON that tell when each tile is shown. A tile that would show
 * the same frame as the one before it is left out, and so is one that can not be had, by damage or for want of allowance:
 * the tile before it is shown until the next one. Of the tiles, those of one sheet at a time are in memory. Throws
 * UnusableVideoError when there is none at all, what the source throws, and what encodePixels does.
 */
export async function makeStoryboard(
  tools: SamplingTools,
  probed: ProbedVideo,
  { tileWidthPixels, format }: StoryboardSettings,
  signal: AbortSignal,
): Promise<OutputFile[]> {
  const { video, track } = probed;
  const cpuSecondsLeft = tools.allowance.cpuSecondsLeft * decodingShare;
  const limited = { ...tools, allowance: tools.allowance.part(Math.min(cpuSeconds, cpuSecondsLeft)) };
  const file = { ...probed, bounds: tileBounds(tileWidthPixels), maxBytes };
  const index = await readKeyframeIndex(video, track, signal);
  const endSeconds = await findEnd(limited, file, index, signal);
  const plan = planStoryboard(endSeconds - track.zeroSeconds);
  const grid = (count: number) => planGrid(track, tileWidthPixels, count);
  const { columns, rows } = grid(plan.count);

  const sheets: OutputFile[] = [];
  const tiles: PlacedTile[] = [];
  let size: Bounds | undefined;
  let shownSeconds = -Infinity;
  let failure: Error | undefined;
  for (const moments of spread(plan, columns * rows, track.zeroSeconds, endSeconds)) {
    const gathered = await gatherTiles(limited, file, index, moments, signal);
    failure ??= gathered.failure;
    // What is earlier is a keyframe in the place of a frame that could not be had.
    const shown = gathered.tiles.filter(({ sample: { timeSeconds } }) => {
      if (timeSeconds <= shownSeconds) return false;
      shownSeconds = timeSeconds;
      return true;
    });
    if (shown[0] === undefined) continue;
    size ??= tileSize(shown[0].sample);
    const pictures = shown.map(({ sample }) => sample);
    const isOnly = moments.count === plan.count;
    const { pixels, places } = layOut(pictures, size, isOnly ? grid(shown.length).columns : columns);
    const name = `storyboard-${sheets.length + 1}.${format}`;
    sheets.push({
      ...{ name, kind: "storyboard-sheet", contentType: contentTypes[format] },
      ...{ width: pixels.width, height: pixels.height },
      content: await encodePixels(pixels, { format }, tools.allowance, signal),
    });
    for (const [i, place] of places.entries()) {
      const startSeconds = tiles.length === 0 ? 0 : (shown[i]?.moment ?? 0) * plan.intervalSeconds;
      tiles.push({ startSeconds, sheet: name, ...place });
    }
  }
  if (size === undefined)
    throw (
      failure ?? new UnusableVideoError(`no frame of the ${track.codec} video decodes for its storyboard`)
    );
  const lastSeconds = tiles.at(-1)?.startSeconds ?? 0;
  const durationSeconds = Math.max(endSeconds - track.zeroSeconds, lastSeconds + 0.001);
  return [...sheets, webVtt({ tiles, size, durationSeconds }), tileJson({ tiles, size, durationSeconds })];
}
