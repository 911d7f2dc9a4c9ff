import { keyframesAt } from "../sampling/chooseKeyframes";
import type { Keyframe, KeyframeIndex } from "../sampling/keyframes";
import type { SampledFile } from "../sampling/sampleFrames";
import type { SamplingTools } from "../sampling/sampleKeyframes";
import { sampleKeyframes } from "../sampling/sampleKeyframes";
import { sampleMoments } from "../sampling/sampleMoments";
import type { TileMoments, TileSampling } from "./tileMoments";
import { momentSeconds } from "./tileMoments";

/** What times are rounded by. */
const toleranceSeconds = 0.0005;
/** An encoder that is told to make a keyframe every two seconds may need 2.002 s for it. */
const slackSeconds = 0.1;

/** A moment, and the keyframe that is the last one not after it. */
interface KeyframeMoment {
  readonly moment: number;
  readonly keyframe: Keyframe;
  /** Whether the frame of that time is wanted, since the next keyframe is too far behind this one. */
  readonly isBetween: boolean;
}

/**
 * Gives each moment the last keyframe not after it, of which fewer are read where they would have more than the file's
 * `maxBytes`; and then, where keyframes are further apart than the moments, the very frame of its time. What the allowance
 * is too little for is left out.
 */
export async function sampleByIndex(
  tools: SamplingTools,
  file: SampledFile,
  index: KeyframeIndex,
  moments: TileMoments,
  { onTile, asFarAsPossible }: TileSampling,
  signal: AbortSignal,
): Promise<void> {
  const { track, bounds, maxBytes } = file;
  const all = keyframesOf(index, moments, track.startSeconds);
  const wanted = affordable(all, maxBytes);
  const chosen = [...new Set(wanted.map(({ keyframe }) => keyframe))];
  const choice = { track, index, chosen, bounds, maxBytes };
  const sampling = sampleKeyframes(
    tools,
    choice,
    (sample) => {
      for (const { moment, keyframe } of wanted)
        if (keyframe.timeSeconds === sample.timeSeconds) onTile(sample, moment);
    },
    signal,
  );
  if (!(await asFarAsPossible(sampling))) return;
  for (const { first, count } of stretches(all)) {
    const stretch = {
      firstSeconds: momentSeconds(moments, first),
      everySeconds: moments.intervalSeconds,
      ...{ count, seeks: true },
    };
    const onFrame = (sample: Parameters<typeof onTile>[0], i: number) => {
      onTile(sample, first + i);
    };
    if (!(await asFarAsPossible(sampleMoments(tools, file, stretch, onFrame, signal)))) return;
  }
}

function keyframesOf(
  { keyframes }: KeyframeIndex,
  moments: TileMoments,
  startSeconds: number,
): KeyframeMoment[] {
  const next = new Map(keyframes.map((keyframe, i) => [keyframe, keyframes[i + 1]]));
  const found: KeyframeMoment[] = [];
  for (let moment = moments.first; moment < moments.first + moments.count; moment++) {
    const seconds = momentSeconds(moments, moment);
    const [keyframe] = keyframesAt(keyframes, [seconds + toleranceSeconds]);
    if (keyframe === undefined) continue;
    const end = next.get(keyframe)?.timeSeconds ?? moments.endSeconds;
    const isSparse = end - keyframe.timeSeconds > moments.intervalSeconds + slackSeconds;
    const ageSeconds = seconds - keyframe.timeSeconds;
    // Of as old a keyframe the moment before has a tile.
    const isRepeated = ageSeconds > moments.intervalSeconds - toleranceSeconds;
    // An edit list may cut off the keyframe that a video begins with, and frames before the first one of the index remain.
    const isBefore = ageSeconds < -toleranceSeconds && startSeconds < keyframe.timeSeconds - toleranceSeconds;
    const isBetween = isRepeated || isBefore || (isSparse && ageSeconds > toleranceSeconds);
    found.push({ moment, keyframe, isBetween });
  }
  return found;
}

/** All of them, or every second one, and so on. */
function affordable(all: readonly KeyframeMoment[], maxBytes: number): readonly KeyframeMoment[] {
  for (let step = 1; step < all.length; step *= 2) {
    const some = all.filter((_, i) => i % step === 0);
    const keyframes = new Set(some.map(({ keyframe }) => keyframe));
    const bytes = [...keyframes].reduce((sum, keyframe) => sum + (keyframe.bytes ?? 0), 0);
    if (bytes <= maxBytes) return some;
  }
  return all.slice(0, 1);
}

/** Moments between keyframes that one process decodes: those that follow each other in the same GOP, or from one to the next. */
function stretches(all: readonly KeyframeMoment[]): { first: number; count: number }[] {
  const found: { first: number; count: number }[] = [];
  for (const { moment, isBetween } of all) {
    const last = found.at(-1);
    if (!isBetween) continue;
    // A moment that is a keyframe's own, or near one, costs nothing where both sides of it are decoded.
    if (last !== undefined && moment - (last.first + last.count) <= 1) last.count = moment - last.first + 1;
    else found.push({ first: moment, count: 1 });
  }
  return found;
}
