import type { KeyframeIndex } from "../sampling/keyframes";
import type { SampledFile } from "../sampling/sampleFrames";
import type { Sample, SamplingTools } from "../sampling/sampleKeyframes";
import { sampleByIndex } from "./indexedTiles";
import type { TileMoments } from "./tileMoments";
import { sampleWithoutIndex } from "./unindexedTiles";

/** The tiles that were made of some moments, in order; and what ended it, if that was not the end. */
export interface Gathered {
  readonly tiles: readonly { readonly moment: number; readonly sample: Sample }[];
  readonly failure: Error | undefined;
}

/**
 * Gives the moments their tiles, as far as they can be had: whatever ends it that is not the source's or the worker's doing,
 * the tiles until then are worth something. It takes its share of the allowance, that of the moments before which no sheet
 * has been made yet. Throws what the source throws.
 */
export async function gatherTiles(
  { allowance, ...tools }: SamplingTools,
  file: SampledFile,
  index: KeyframeIndex | undefined,
  moments: TileMoments,
  signal: AbortSignal,
): Promise<Gathered> {
  const samples = new Map<number, Sample>();
  let failure: Error | undefined;
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
      failure = error instanceof Error ? error : new Error(String(error));
      return false;
    }
  };
  const share = { ...tools, allowance: allowance.part(allowance.cpuSecondsLeft * moments.share) };
  const sampling = { onTile, asFarAsPossible };
  if (index !== undefined && index.keyframes.length > 0)
    await sampleByIndex(share, file, index, moments, sampling, signal);
  else await sampleWithoutIndex(share, file, moments, sampling, signal);
  const tiles = [...samples].map(([moment, sample]) => ({ moment, sample }));
  return { tiles: tiles.sort((a, b) => a.moment - b.moment), failure };
}
