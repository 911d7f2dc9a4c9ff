import type { SampledFile } from "../sampling/sampleFrames";
import { sampleBySeeks } from "../sampling/sampleFrames";
import type { Sample, SamplingTools } from "../sampling/sampleKeyframes";
import { sampleMoments } from "../sampling/sampleMoments";
import type { TileMoments, TileSampling } from "./tileMoments";
import { momentSeconds } from "./tileMoments";

/** Each seek is a process of its own. */
const maxSeeks = 100;

/**
 * Gives each moment of a file without an index of keyframes its tile. One of at most `maxBytes` is read as a whole, for its
 * keyframes and then, where these are too far apart, for the very frames; of a larger one some keyframes are found by seeks,
 * all over it, as long as bytes and the allowance last.
 */
export async function sampleWithoutIndex(
  tools: SamplingTools,
  file: SampledFile,
  moments: TileMoments,
  { onTile, asFarAsPossible }: TileSampling,
  signal: AbortSignal,
): Promise<void> {
  if (file.video.totalBytes > file.maxBytes) {
    const found: Sample[] = [];
    await asFarAsPossible(
      sampleBySeeks(tools, file, seekTimes(moments), (sample) => found.push(sample), signal),
    );
    for (const [moment, sample] of lastNotAfter(moments, found)) onTile(sample, moment);
    return;
  }
  const all = {
    firstSeconds: momentSeconds(moments, moments.first),
    everySeconds: moments.intervalSeconds,
    ...{ count: moments.count, seeks: false },
  };
  const times = new Set<number>();
  const onFrame = (sample: Sample, i: number) => {
    times.add(sample.timeSeconds);
    onTile(sample, moments.first + i);
  };
  const keyframes = sampleMoments(tools, file, { ...all, keyframesOnly: true }, onFrame, signal);
  // Without a sound end of the first reading there is none of a longer one.
  if (!(await asFarAsPossible(keyframes)) || times.size === moments.count) return;
  await asFarAsPossible(sampleMoments(tools, file, all, onFrame, signal));
}

/** The halves first, then the quarters, and so on: fewer of them are still all over the moments. */
function seekTimes(moments: TileMoments): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  for (let parts = 1; order.length < Math.min(maxSeeks, moments.count); parts *= 2) {
    for (let part = 0; part < parts && order.length < maxSeeks; part++) {
      const moment = Math.floor((moments.count * part) / parts);
      if (seen.has(moment)) continue;
      seen.add(moment);
      order.push(momentSeconds(moments, moments.first + moment));
    }
  }
  return order;
}

/** For each moment the last sample that is not after it, or the first one of all. */
function lastNotAfter(moments: TileMoments, samples: readonly Sample[]): [number, Sample][] {
  const sorted = samples.toSorted((a, b) => a.timeSeconds - b.timeSeconds);
  const shown: [number, Sample][] = [];
  for (let moment = moments.first; moment < moments.first + moments.count; moment++) {
    const seconds = momentSeconds(moments, moment) + 0.0005;
    const sample = sorted.findLast(({ timeSeconds }) => timeSeconds <= seconds) ?? sorted[0];
    if (sample !== undefined) shown.push([moment, sample]);
  }
  return shown;
}
