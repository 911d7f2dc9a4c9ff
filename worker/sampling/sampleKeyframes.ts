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
 * Gives a sample of each chosen keyframe of an index, as soon as it is there: ffmpeg reads a video of those keyframes alone,
 * so that of the file nothing else is read. One that is none, or does not decode, is left out. They come in their order, but
 * for those of open GOPs. Tells what ffmpeg has complained of, of which one is not known. Throws what the source throws, and
 * what runChild does.
 */
export async function sampleKeyframes(
  tools: SamplingTools,
  choice: KeyframeChoice,
  onSample: (sample: Sample) => void,
  signal: AbortSignal,
): Promise<ReadonlySet<Complaint>> {
  const first = await sampleOnce(tools, choice, onSample, signal);
  let { unseen, bytes, count } = first;
  // ffmpeg puts H.264's pictures in order by counters that go on from one open GOP to the next, of which the low bits are
  // coded (ITU-T H.264, 8.2.1): without what is between the GOPs they come out wrong, and pictures that seem late are
  // dropped. A decoder that begins with one of them shows it.
  while (choice.track.codec === "h264" && unseen.length > 0 && count > 0 && bytes < choice.maxBytes) {
    const some = { ...choice, chosen: unseen.slice(0, count), maxBytes: choice.maxBytes - bytes };
    const again = await sampleOnce(tools, some, onSample, signal);
    // One that a new decoder begins with, and does not show, does not decode.
    const rest = again.unseen.filter((keyframe) => keyframe !== some.chosen[0]);
    unseen = [...rest, ...unseen.slice(count)];
    bytes += again.bytes;
    count = Math.max(1, again.count);
  }
  return first.complaints;
}

interface Sampling {
  readonly complaints: ReadonlySet<Complaint>;
  /** Keyframes that ffmpeg was given and has shown no picture of. */
  readonly unseen: readonly Keyframe[];
  /** Of keyframes that were read. */
  readonly bytes: number;
  /** Of samples. */
  readonly count: number;
}

async function sampleOnce(
  { loopback, allowance }: SamplingTools,
  choice: KeyframeChoice,
  onSample: (sample: Sample) => void,
  signal: AbortSignal,
): Promise<Sampling> {
  const { track, chosen, bounds } = choice;
  let fault: { readonly error: unknown } | undefined;
  let bytes = 0;
  let count = 0;
  const unseen = new Set<Keyframe>();
  const onGiven = (keyframe: Keyframe, length: number) => {
    unseen.add(keyframe);
    bytes += length;
  };
  const stream = async function* () {
    try {
      yield* videoOf(choice, onGiven, signal);
    } catch (error) {
      fault = { error };
      throw error;
    }
  };
  const complaints = await loopback.servingStream(stream, (url) =>
    decodePictures(
      { url, allowance, track, streamIndex: 0, bounds },
      ({ microseconds, ...picture }) => {
        const keyframe = chosen[Math.round(microseconds / 1e6)];
        if (keyframe === undefined) return;
        count += 1;
        unseen.delete(keyframe);
        onSample({ ...picture, timeSeconds: keyframe.timeSeconds });
      },
      signal,
    ),
  );
  if (fault !== undefined) throw fault.error;
  return { complaints, unseen: [...unseen], bytes, count };
}

/** The video that ffmpeg reads: each keyframe for a second. The next ones are fetched while one is decoded. */
async function* videoOf(
  { index, chosen, maxBytes }: KeyframeChoice,
  onGiven: (keyframe: Keyframe, bytes: number) => void,
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  const leaving = new AbortController();
  const signals = AbortSignal.any([signal, leaving.signal]);
  const underWay: { readonly keyframe: Keyframe; readonly part: Promise<Buffer | undefined> }[] = [];
  let [next, bytes] = [0, 0];
  const fetchMore = () => {
    while (next < chosen.length && underWay.length < maxRequests) {
      const keyframe = chosen[next];
      if (keyframe === undefined) return;
      if (underWay.length > 0 && (keyframe.bytes ?? 0) > largeKeyframeBytes) return;
      const part = keyframe.partShownAt(next++, signals);
      // Who comes to want it hears of its error.
      part.catch(() => undefined);
      underWay.push({ keyframe, part });
    }
  };
  try {
    yield index.beginning;
    fetchMore();
    for (let one = underWay.shift(); one !== undefined && bytes <= maxBytes; one = underWay.shift()) {
      const part = await one.part;
      fetchMore();
      if (part === undefined) continue;
      onGiven(one.keyframe, part.length);
      yield part;
      bytes += part.length;
    }
  } finally {
    leaving.abort();
  }
}
