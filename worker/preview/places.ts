import type { Keyframe } from "../sampling/keyframes";
import type { VideoTrack } from "../video/videoTrack";

/** Where a stretch of a video may begin, in seconds on the file's own clock. */
export interface Start {
  readonly fromSeconds: number;
  /** With the first keyframe from there on, or with whatever frame is there. */
  readonly sinceKeyframe: boolean;
}

/** One of the stretches that a preview shows: where it may begin, the best first, and how long it is. */
export interface Place {
  readonly starts: readonly Start[];
  readonly seconds: number;
}

/** A stretch is at least so long, and there are at most so many. */
const minStretchSeconds = 1;
const maxPlaces = 8;
/** At both ends of a video there is often nothing. */
const endShare = 0.02;
/** Before a place that no keyframe is near to, frames are decoded for nothing else: of at most so long a time. */
const maxLeadSeconds = 20;
/** Of the part of a video that a place stands for: its middle first. */
const sharesOfPart = [0.5, 0.2, 0.8];

/**
 * Chooses the places of a video that a preview of so many seconds shows, in the order of their times: all over it, each at
 * a keyframe where the index tells one; fewer and longer ones of a short video, all of it where it is no longer than the
 * preview, and its beginning where nothing tells how long it is.
 */
export function choosePlaces(
  { startSeconds, durationSeconds }: VideoTrack,
  keyframes: readonly Keyframe[] | undefined,
  seconds: number,
): Place[] {
  const lastKeyframe = keyframes?.at(-1)?.timeSeconds ?? startSeconds;
  const duration = durationSeconds ?? lastKeyframe - startSeconds;
  if (duration <= seconds) return [beginning(startSeconds, seconds)];
  const most = Math.min(maxPlaces, Math.max(1, Math.floor(seconds / minStretchSeconds)));
  const count = Math.min(most, Math.floor(duration / seconds));
  const partSeconds = (duration * (1 - 2 * endShare)) / count;
  const parts = Array.from({ length: count }, (_, i) => {
    const from = startSeconds + duration * endShare + i * partSeconds;
    const last = from + partSeconds - seconds / count;
    // Of a video little longer than the preview there is not enough to leave out its ends.
    return count === 1 ? { from: startSeconds, last: startSeconds + duration - seconds } : { from, last };
  });
  const starts = parts
    .map((part) => (keyframes === undefined ? startsBySeeks(part) : startsByIndex(part, keyframes)))
    .filter((some) => some.length > 0);
  if (starts.length === 0) return [beginning(startSeconds, seconds)];
  return starts.map((some) => ({ starts: some, seconds: seconds / starts.length }));
}

/** The video from its first frame on, or from its first keyframe, where those before it do not decode. */
export function beginning(startSeconds: number, seconds: number): Place {
  const from = (sinceKeyframe: boolean): Start => ({ fromSeconds: startSeconds, sinceKeyframe });
  return { starts: [from(false), from(true)], seconds };
}

/** The first and the last time at which a stretch of a part may begin. */
interface Part {
  readonly from: number;
  readonly last: number;
}

function timesIn({ from, last }: Part): number[] {
  return sharesOfPart.map((share) => from + share * (last - from));
}

function startsBySeeks(part: Part): Start[] {
  return timesIn(part).map((fromSeconds) => ({ fromSeconds, sinceKeyframe: true }));
}

function startsByIndex(part: Part, keyframes: readonly Keyframe[]): Start[] {
  const times = keyframes.map(({ timeSeconds }) => timeSeconds);
  const inside = times.filter((time) => time >= part.from && time <= part.last);
  if (inside.length > 0) {
    const nearest = timesIn(part).map((wanted) =>
      inside.reduce((best, time) => (Math.abs(time - wanted) < Math.abs(best - wanted) ? time : best)),
    );
    return [...new Set(nearest)].map((fromSeconds) => ({ fromSeconds, sinceKeyframe: true }));
  }
  const before = times.filter((time) => time < part.from).at(-1) ?? -Infinity;
  return part.from - before <= maxLeadSeconds ? [{ fromSeconds: part.from, sinceKeyframe: false }] : [];
}
