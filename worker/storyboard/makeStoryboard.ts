import type { StoryboardSettings } from "../../contract/extras";
import { contentTypes } from "../../contract/outputs";
import { UnusableVideoError } from "../errors";
import type { OutputFile } from "../extras/outputFile";
import { encodePixels } from "../picture/encodePixels";
import type { Bounds } from "../picture/filters";
import { readKeyframeIndex } from "../sampling/keyframeIndex";
import type { ProbedVideo, SampledFile } from "../sampling/sampleFrames";
import type { Sample, SamplingTools } from "../sampling/sampleKeyframes";
import { findEnd } from "./findEnd";
import { sampleByIndex } from "./indexedTiles";
import { planStoryboard, sheetCapacity, tileBounds } from "./plan";
import { layOut, tileSize } from "./sheet";
import type { PlacedTile } from "./tileLists";
import { tileJson, webVtt } from "./tileLists";
import type { TileMoments } from "./tileMoments";
import { sampleWithoutIndex } from "./unindexedTiles";

/** Of a video's keyframes, of what is read by seeks, or of a file that is read as a whole. */
const maxBytes = 512 * 1024 * 1024;
/** Of what a video may use in all, for decoding tiles: two minutes on the smallest task. */
const cpuSeconds = 30;

/**
 * Makes a video's storyboard: sheets of tiles, and WebVTT and JSON that tell when each tile is shown. A tile that would show
 * the same frame as the one before it is left out, and so is one that can not be had, by damage or for want of allowance:
 * the tile before it is shown until the next one. Throws UnusableVideoError when there is none at all, what the source
 * throws, and what encodePixels does.
 */
export async function makeStoryboard(
  tools: SamplingTools,
  probed: ProbedVideo,
  { tileWidthPixels, format }: StoryboardSettings,
  signal: AbortSignal,
): Promise<OutputFile[]> {
  const { video, track } = probed;
  const sampling = { ...tools, allowance: tools.allowance.part(cpuSeconds) };
  const file = { ...probed, bounds: tileBounds(tileWidthPixels), maxBytes };
  const index = await readKeyframeIndex(video, track, signal);
  const endSeconds = await findEnd(sampling, file, index, signal);
  const plan = planStoryboard(endSeconds - track.zeroSeconds);
  const capacity = sheetCapacity(track, tileWidthPixels);

  const sheets: OutputFile[] = [];
  const tiles: PlacedTile[] = [];
  let size: Bounds | undefined;
  let shownSeconds: number | undefined;
  let failure: unknown;
  for (let first = 0; first < plan.count; first += capacity) {
    const moments = {
      ...{ first, count: Math.min(capacity, plan.count - first) },
      ...{ intervalSeconds: plan.intervalSeconds, zeroSeconds: track.zeroSeconds, endSeconds },
    };
    const sheetsLeft = Math.ceil((plan.count - first) / capacity);
    const allowance = sampling.allowance.part(sampling.allowance.cpuSecondsLeft / sheetsLeft);
    const gathered = await gather({ ...tools, allowance }, file, index, moments, signal);
    failure ??= gathered.failure;
    const shown: { readonly startSeconds: number; readonly sample: Sample }[] = [];
    for (const [moment, sample] of gathered.samples) {
      if (sample.timeSeconds === shownSeconds) continue;
      shownSeconds = sample.timeSeconds;
      const isFirst = tiles.length + shown.length === 0;
      shown.push({ startSeconds: isFirst ? 0 : moment * plan.intervalSeconds, sample });
    }
    if (shown[0] === undefined) continue;
    size ??= tileSize(shown[0].sample);
    const { pixels, places } = layOut(
      shown.map(({ sample }) => sample),
      size,
    );
    const name = `storyboard-${sheets.length + 1}.${format}`;
    sheets.push({
      ...{ name, kind: "storyboard-sheet", contentType: contentTypes[format] },
      ...{ width: pixels.width, height: pixels.height },
      content: await encodePixels(pixels, { format }, tools.allowance, signal),
    });
    for (const [i, { startSeconds }] of shown.entries()) {
      const place = places[i];
      if (place !== undefined) tiles.push({ startSeconds, sheet: name, ...place });
    }
  }
  if (size === undefined) throw noTile(track.codec, failure);
  const last = tiles.at(-1)?.startSeconds ?? 0;
  const list = { tiles, size, durationSeconds: Math.max(endSeconds - track.zeroSeconds, last + 0.001) };
  return [...sheets, webVtt(list), tileJson(list)];
}

/** Samples by their moments, in order; and what ended the sampling before its end. */
interface Gathered {
  readonly samples: readonly [number, Sample][];
  readonly failure: unknown;
}

async function gather(
  tools: SamplingTools,
  file: SampledFile,
  index: Awaited<ReturnType<typeof readKeyframeIndex>>,
  moments: TileMoments,
  signal: AbortSignal,
): Promise<Gathered> {
  const samples = new Map<number, Sample>();
  let failure: unknown;
  const onTile = (sample: Sample, moment: number) => {
    samples.set(moment, sample);
  };
  const asFarAsPossible = async (sampling: Promise<unknown>) => {
    try {
      await sampling;
      return true;
    } catch (error) {
      signal.throwIfAborted();
      file.video.throwIfFaulty();
      failure = error;
      return false;
    }
  };
  const sampling = { onTile, asFarAsPossible };
  if (index !== undefined && index.keyframes.length > 0)
    await sampleByIndex(tools, file, index, moments, sampling, signal);
  else await sampleWithoutIndex(tools, file, moments, sampling, signal);
  return { samples: [...samples].sort(([a], [b]) => a - b), failure };
}

function noTile(codec: string, failure: unknown): unknown {
  return failure ?? new UnusableVideoError(`no frame of the ${codec} video decodes for its storyboard`);
}
