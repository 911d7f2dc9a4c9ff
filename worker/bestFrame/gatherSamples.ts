import { spreadKeyframes } from "../sampling/chooseKeyframes";
import { readKeyframeIndex } from "../sampling/keyframeIndex";
import type { Keyframe } from "../sampling/keyframes";
import type { SampledFile } from "../sampling/sampleFrames";
import { sampleBySeeks, sampleFromStart } from "../sampling/sampleFrames";
import type { Sample, SamplingTools } from "../sampling/sampleKeyframes";
import { sampleKeyframes } from "../sampling/sampleKeyframes";
import type { VideoTrack } from "../video/videoTrack";
import { measure } from "./measures";
import type { Measured } from "./rank";

/** So many frames are looked at, where reading them is cheap, and with a process for each. */
const sampleCount = 16;
const seekCount = 8;
/** With fewer keyframes, others are looked at too. */
const fewestKeyframes = 4;
/** At both ends of a video there is often nothing. */
const endShare = 0.02;
/** For frames between keyframes, which all frames before them are decoded for. */
const fromStartCpuSeconds = 3;

/** Measured frames of a video. */
export interface Gathered {
  readonly frames: readonly Measured[];
  /** Their times are those of an index. */
  readonly isIndexed: boolean;
}

/**
 * Looks at frames all over a video: at keyframes by its index, or else by seeks; and where there are few of them, at others
 * from its start on. What its allowance or `maxBytes` is too little for is left out. Throws what the source throws.
 */
export async function gatherSamples(
  tools: SamplingTools,
  file: SampledFile,
  signal: AbortSignal,
): Promise<Gathered> {
  const { video, track, bounds, maxBytes } = file;
  const frames = new Map<number, Measured>();
  const onSample = (sample: Sample) => {
    const { timeSeconds } = sample;
    frames.set(timeSeconds, { timeSeconds, measures: measure(sample) });
  };
  /** Whatever ends it that is not the source's or the worker's doing, the samples until then are worth something. */
  const asFarAsPossible = async (sampling: Promise<unknown>) => {
    await sampling.catch(() => undefined);
    signal.throwIfAborted();
    video.throwIfFaulty();
  };

  const index = await readKeyframeIndex(video, track, signal);
  if (index !== undefined) {
    const chosen = chooseSome(index.keyframes, track, maxBytes);
    const choice = { track, index, chosen, bounds, maxBytes };
    await asFarAsPossible(sampleKeyframes(tools, choice, onSample, signal));
  } else if (track.durationSeconds !== undefined) {
    await asFarAsPossible(sampleBySeeks(tools, file, seekTimes(track), onSample, signal));
  }
  if (frames.size < fewestKeyframes && isLongerThanOneFrame(track)) {
    const few = { ...tools, allowance: tools.allowance.part(fromStartCpuSeconds) };
    const everySeconds = Math.max(0.04, (track.durationSeconds ?? 2 * sampleCount) / sampleCount);
    const spacing = { everySeconds, maxPictures: sampleCount };
    await asFarAsPossible(sampleFromStart(few, file, spacing, onSample, signal));
  }
  return { frames: [...frames.values()], isIndexed: index !== undefined };
}

function chooseSome(keyframes: readonly Keyframe[], track: VideoTrack, maxBytes: number): Keyframe[] {
  const [first, last] = [keyframes[0]?.timeSeconds ?? 0, keyframes.at(-1)?.timeSeconds ?? 0];
  const end = track.durationSeconds === undefined ? last : track.startSeconds + track.durationSeconds;
  const [from, to] = [first + endShare * (end - first), end - endShare * (end - first)];
  const inner = keyframes.filter(({ timeSeconds }) => timeSeconds >= from && timeSeconds <= to);
  const some = inner.length < fewestKeyframes ? keyframes : inner;
  return spreadKeyframes(some, { count: sampleCount, startSeconds: from, endSeconds: to, maxBytes });
}

/** The halves first, then the quarters, and so on: fewer of them are still all over the video. */
function seekTimes({ startSeconds, durationSeconds = 0 }: VideoTrack): number[] {
  const places: number[] = [];
  for (let parts = 2; places.length < seekCount; parts *= 2)
    for (let part = 1; part < parts && places.length < seekCount; part += 2) places.push(part / parts);
  return places.map((place) => startSeconds + place * durationSeconds);
}

function isLongerThanOneFrame({ durationSeconds }: VideoTrack): boolean {
  return durationSeconds === undefined || durationSeconds > 0.1;
}
