import type { Keyframe } from "./keyframes";

/** The keyframe that a player jumping to each time would show: the last one not after it, or else the first one. */
export function keyframesAt(keyframes: readonly Keyframe[], times: readonly number[]): Keyframe[] {
  const chosen: Keyframe[] = [];
  for (const time of times) {
    const keyframe = keyframes[Math.max(0, countNotAfter(keyframes, time) - 1)];
    if (keyframe !== undefined) chosen.push(keyframe);
  }
  return chosen;
}

/**
 * At most `count` keyframes, those nearest to as many times evenly spread from `startSeconds` to `endSeconds`; fewer where
 * they would have more than `maxBytes` together. All are different, and in their order.
 */
export function spreadKeyframes(
  keyframes: readonly Keyframe[],
  { count, startSeconds, endSeconds, maxBytes = Infinity }: Spread,
): Keyframe[] {
  for (let some = count; some > 1; some = Math.ceil(some / 2)) {
    const chosen = new Set<Keyframe>();
    for (let i = 0; i < some; i++) {
      const time = startSeconds + ((endSeconds - startSeconds) * (i + 0.5)) / some;
      const after = countNotAfter(keyframes, time);
      const [before, next] = [keyframes[after - 1], keyframes[after]];
      const isNextNearer =
        next !== undefined && time - (before?.timeSeconds ?? -Infinity) > next.timeSeconds - time;
      const nearest = isNextNearer ? next : before;
      if (nearest !== undefined) chosen.add(nearest);
    }
    const bytes = [...chosen].reduce((sum, keyframe) => sum + (keyframe.bytes ?? 0), 0);
    if (bytes <= maxBytes) return [...chosen];
  }
  return keyframesAt(keyframes, [(startSeconds + endSeconds) / 2]);
}

/** Where keyframes are wanted; times in seconds on the file's own clock. */
export interface Spread {
  readonly count: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly maxBytes?: number;
}

/** How many keyframes are not after a time. */
function countNotAfter(keyframes: readonly Keyframe[], seconds: number): number {
  let [low, high] = [0, keyframes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keyframes[middle]?.timeSeconds ?? Infinity) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}
