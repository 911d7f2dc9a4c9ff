import type { Complaint } from "../picture/complaints";
import type { Moments } from "../picture/filters";
import { boundedVideo } from "../source/boundedVideo";
import { runDecoding } from "./decodePictures";
import type { RgbPicture } from "./portablePixmaps";
import type { SampledFile } from "./sampleFrames";
import type { Sample, SamplingTools } from "./sampleKeyframes";

/** Moments of a video, and how their frames are come by. */
export interface SampledMoments extends Moments {
  readonly count: number;
  /** Whether ffmpeg seeks to the first moment, or reads the file from its start on, as it comes. */
  readonly seeks: boolean;
  /** Takes keyframes for the only frames: a moment's is then the last one not after it. */
  readonly keyframesOnly?: boolean;
}

/** What times are rounded by. */
const tolerance = 0.0005;

/**
 * Gives, by their number, a sample of each moment: the frame that a player shows there, which is the last one not after it,
 * or else the first one. One process decodes all frames from the first moment to the last one. Moments behind the last frame
 * may be left out. When it throws (what the source and runChild throw), those until then have been given.
 */
export async function sampleMoments(
  { loopback, allowance }: SamplingTools,
  { video, view, track, bounds, maxBytes }: SampledFile,
  { firstSeconds, everySeconds, count, seeks, keyframesOnly = false }: SampledMoments,
  onSample: (sample: Sample, moment: number) => void,
  signal: AbortSignal,
): Promise<ReadonlySet<Complaint>> {
  const { streamIndex, startSeconds } = track;
  const lastSeconds = firstSeconds + everySeconds * (count - 1);
  if (seeks) await view.aim(streamIndex, firstSeconds - startSeconds, lastSeconds - startSeconds);
  else video.expect({ start: 0, end: video.totalBytes });
  const times: number[] = [];
  const pictures: RgbPicture[] = [];
  const readers = {
    onTime: (microseconds: number) => {
      times.push(microseconds / 1e6);
      const part = (microseconds / 1e6 - firstSeconds) / (lastSeconds - firstSeconds || 1);
      video.decoded(Math.min(1, Math.max(0, part)));
    },
    onPixels: (picture: RgbPicture) => {
      pictures.push(picture);
    },
  };
  const decoding = {
    ...{ allowance, track, streamIndex, bounds, maxPictures: count },
    moments: { firstSeconds, everySeconds },
    ...(seeks ? { seekSeconds: firstSeconds } : {}),
    ...(keyframesOnly ? { keyframes: true } : {}),
  };
  // What stands in a fragmented file between the fragments of a seek is not shown in its view.
  const served = boundedVideo(seeks ? view : video, video, maxBytes);
  try {
    return await loopback.serving(served, (url) => runDecoding({ ...decoding, url }, readers, signal));
  } finally {
    for (const [moment, picture] of pictures.entries())
      onSample({ ...picture, timeSeconds: shownAt(times, firstSeconds + everySeconds * moment) }, moment);
    video.throwIfFaulty();
  }
}

/** Of times in ascending order, but for a damaged file's: the last one not after `seconds`, or else the first. */
function shownAt(times: readonly number[], seconds: number): number {
  let shown = times[0] ?? seconds;
  for (const time of times) {
    if (time > seconds + tolerance) break;
    shown = time;
  }
  return shown;
}
