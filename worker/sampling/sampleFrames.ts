import type { Complaint } from "../picture/complaints";
import type { Bounds } from "../picture/filters";
import { boundedVideo } from "../source/boundedVideo";
import type { CachedVideo } from "../source/cachedVideo";
import type { VideoView } from "../source/videoView";
import type { VideoTrack } from "../video/videoTrack";
import type { Decoding } from "./decodePictures";
import { decodePictures } from "./decodePictures";
import type { RgbPicture } from "./portablePixmaps";
import type { Sample, SamplingTools } from "./sampleKeyframes";

/** A video, as it is read and as ffmpeg is to see it, and what ffprobe has told of it. */
export interface ProbedVideo {
  readonly video: CachedVideo;
  readonly view: VideoView;
  readonly track: VideoTrack;
}

/** A video to be sampled by what ffmpeg itself finds in it. */
export interface SampledFile extends ProbedVideo {
  readonly bounds: Bounds;
  /** Of all that is read for it; about. */
  readonly maxBytes: number;
}

/**
 * Gives a sample of the first keyframe that ffmpeg finds after seeking to each of the times, in seconds on the file's own
 * clock: for files whose index does not tell keyframes. None comes twice; fewer come when `maxBytes` are read. A process
 * for each time, and some megabytes where the file has no index at all. Throws what the source and runChild throw.
 */
export async function sampleBySeeks(
  tools: SamplingTools,
  file: SampledFile,
  times: readonly number[],
  onSample: (sample: Sample) => void,
  signal: AbortSignal,
): Promise<ReadonlySet<Complaint>> {
  const seen = new Set<number>();
  const onNew = (sample: Sample) => {
    if (seen.has(sample.timeSeconds)) return;
    seen.add(sample.timeSeconds);
    onSample(sample);
  };
  const readBefore = file.video.bytesRead;
  const complaints = new Set<Complaint>();
  for (const seekSeconds of times) {
    const maxBytes = file.maxBytes - (file.video.bytesRead - readBefore);
    if (maxBytes <= 0) break;
    const what = { seekSeconds, maxPictures: 1, keyframes: true };
    const until = { toSeconds: seekSeconds };
    const some = await decodeFile(tools, { ...file, maxBytes }, what, until, onNew, signal);
    for (const complaint of some) complaints.add(complaint);
  }
  return complaints;
}

/**
 * Gives samples of the frames from the start on, `everySeconds` apart, of those that others are predicted from: for videos
 * of few keyframes. It ends where `maxBytes` are read or the tools' allowance is used up, and throws then. Throws what the
 * source and runChild throw.
 */
export function sampleFromStart(
  tools: SamplingTools,
  file: SampledFile,
  { everySeconds, maxPictures }: Pick<SampledRange, "everySeconds" | "maxPictures">,
  onSample: (sample: Sample) => void,
  signal: AbortSignal,
): Promise<ReadonlySet<Complaint>> {
  const what = { everySeconds, maxPictures, keyframes: false };
  return decodeFile(tools, file, what, { toSeconds: Infinity }, onSample, signal);
}

/** A stretch of a video, in seconds on the file's own clock. */
export interface SampledRange {
  readonly fromSeconds: number;
  readonly everySeconds: number;
  readonly maxPictures: number;
}

/** Gives samples of the frames from a time on, so far apart. Throws what the source and runChild throw. */
export function sampleFrom(
  tools: SamplingTools,
  file: SampledFile,
  { fromSeconds, ...range }: SampledRange,
  onSample: (sample: Sample) => void,
  signal: AbortSignal,
): Promise<ReadonlySet<Complaint>> {
  const what = { ...range, fromSeconds, seekSeconds: fromSeconds };
  const toSeconds = fromSeconds + range.everySeconds * range.maxPictures;
  return decodeFile(tools, file, what, { toSeconds }, onSample, signal);
}

/** A stretch of a video as it plays; times in seconds on the file's own clock. */
export interface PlayedRange {
  readonly fromSeconds: number;
  /** Whether it begins with the first keyframe from there on, or with whatever frame is there. */
  readonly sinceKeyframe: boolean;
  readonly framesPerSecond: number;
  readonly maxPictures: number;
}

/**
 * Gives, for moments evenly apart, the pictures that a player shows then, whatever the video's own frame rate: the same one
 * again where it has no other. Throws what the source and runChild throw.
 */
export function sampleAsPlayed(
  tools: SamplingTools,
  file: SampledFile,
  range: PlayedRange,
  onPicture: (picture: RgbPicture) => void,
  signal: AbortSignal,
): Promise<ReadonlySet<Complaint>> {
  const { fromSeconds, framesPerSecond, maxPictures } = range;
  const toSeconds = fromSeconds + (maxPictures - 1) / framesPerSecond;
  return decodeFile(tools, file, { ...range, seekSeconds: fromSeconds }, { toSeconds }, onPicture, signal);
}

async function decodeFile(
  { loopback, allowance }: SamplingTools,
  { video, view, track, bounds, maxBytes }: SampledFile,
  what: Omit<Decoding, "url" | "allowance" | "track" | "streamIndex" | "bounds">,
  { toSeconds }: { readonly toSeconds: number },
  onSample: (sample: Sample) => void,
  signal: AbortSignal,
): Promise<ReadonlySet<Complaint>> {
  const { streamIndex, startSeconds } = track;
  await view.aim(streamIndex, (what.seekSeconds ?? startSeconds) - startSeconds, toSeconds - startSeconds);
  if (view.showsEveryFragment) return new Set();
  let given = 0;
  const complaints = await loopback.serving(boundedVideo(view, video, maxBytes), (url) =>
    decodePictures(
      { ...what, url, allowance, track, streamIndex, bounds },
      ({ microseconds, ...picture }) => {
        video.decoded(Math.min(1, ++given / (what.maxPictures ?? Infinity)));
        onSample({ ...picture, timeSeconds: microseconds / 1e6 });
      },
      signal,
    ),
  );
  video.throwIfFaulty();
  return complaints;
}
