import type { Allowance } from "../child/allowance";
import type { Bounds } from "../picture/filters";
import type { Complaint } from "../picture/complaints";
import type { LoopbackServer } from "../source/loopbackServer";
import type { VideoTrack } from "../video/videoTrack";
import { decodePictures } from "./decodePictures";
import type { Keyframe, KeyframeIndex } from "./keyframes";
import type { RgbPicture } from "./portablePixmaps";

/** What a video is sampled with. */
export interface SamplingTools {
  readonly loopback: LoopbackServer;
  readonly allowance: Allowance;
}

/** A small picture of a video: upright, of square pixels, in the colours of the thumbnail. */
export interface Sample extends RgbPicture {
  /** When the frame is shown, in seconds on the file's own clock. */
  readonly timeSeconds: number;
}

/** Which keyframes of a video are to be sampled, and how. */
export interface KeyframeChoice {
  readonly track: VideoTrack;
  readonly index: KeyframeIndex;
  /** In the order of their times. */
  readonly chosen: readonly Keyframe[];
  readonly bounds: Bounds;
  /** When so many are read the rest is left out: not every index tells keyframes' sizes. */
  readonly maxBytes: number;
}

/** Requests that are under way at once, and from which size on a keyframe is alone. */
const maxRequests = 3;
const largeKeyframeBytes = 4 * 1024 * 1024;

/**
 * Gives a sample of each chosen keyframe of an index, in their order, as soon as it is there: ffmpeg reads a video of
 * those keyframes alone, so that of the file nothing else is read. One that is none, or does not decode, is left out.
 * Tells what ffmpeg has complained of, of which one is not known. Throws what the source throws, and what runChild does.
 */
export async function sampleKeyframes(
  { loopback, allowance }: SamplingTools,
  choice: KeyframeChoice,
  onSample: (sample: Sample) => void,
  signal: AbortSignal,
): Promise<ReadonlySet<Complaint>> {
  const { track, chosen, bounds } = choice;
  let fault: { readonly error: unknown } | undefined;
  const stream = async function* () {
    try {
      yield* videoOf(choice, signal);
    } catch (error) {
      fault = { error };
      throw error;
    }
  };
  const result = await loopback.servingStream(stream, (url) =>
    decodePictures(
      { url, allowance, track, streamIndex: 0, bounds },
      ({ microseconds, ...picture }) => {
        const keyframe = chosen[Math.round(microseconds / 1e6)];
        if (keyframe !== undefined) onSample({ ...picture, timeSeconds: keyframe.timeSeconds });
      },
      signal,
    ),
  );
  if (fault !== undefined) throw fault.error;
  return result;
}

/** The video that ffmpeg reads: each keyframe for a second. The next ones are fetched while one is decoded. */
async function* videoOf(
  { index, chosen, maxBytes }: KeyframeChoice,
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  const leaving = new AbortController();
  const signals = AbortSignal.any([signal, leaving.signal]);
  const underWay: Promise<Buffer | undefined>[] = [];
  let [next, bytes] = [0, 0];
  const fetchMore = () => {
    while (next < chosen.length && underWay.length < maxRequests) {
      const keyframe = chosen[next];
      if (keyframe === undefined) return;
      if (underWay.length > 0 && (keyframe.bytes ?? 0) > largeKeyframeBytes) return;
      const part = keyframe.partShownAt(next++, signals);
      // Who comes to want it hears of its error.
      part.catch(() => undefined);
      underWay.push(part);
    }
  };
  try {
    yield index.beginning;
    fetchMore();
    while (underWay.length > 0 && bytes <= maxBytes) {
      const part = await underWay.shift();
      fetchMore();
      if (part === undefined) continue;
      yield part;
      bytes += part.length;
    }
  } finally {
    leaving.abort();
  }
}
