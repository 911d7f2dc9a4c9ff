import { availableParallelism } from "node:os";
import { runChild } from "../child/childProcess";
import type { ThumbnailSettings } from "../environment";
import { UnusableVideoError } from "../errors";
import { inputArguments } from "../child/ffmpegInput";
import type { FrameChoice } from "./filters";
import type { Feature } from "./ffmpegFeatures";
import { isMissing, missingFeature } from "./ffmpegFeatures";
import { decodedTime, filterGraph } from "./filters";
import { imageSize } from "./imageSize";
import type { ThumbnailFormat } from "../../contract/outputs";
import type { ServedVideo } from "../video/servedVideo";
import type { VideoTrack } from "../video/videoTrack";
import type { FixedTimestamp } from "../../contract/timestamp";
import { seekArguments } from "../video/seek";
import { findTrackEnd } from "../video/trackEnd";
import { complaint, undecodable } from "../video/undecodable";

const maxImageBytes = 128 * 1024 * 1024;

/** One encoded picture of a video. Times are in seconds from the moment that a player shows as 0. */
export interface Frame {
  readonly image: Buffer;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly timestampRequestedSeconds: number;
  readonly timestampSeconds: number;
}

/**
 * Takes the frame that a player paused at `timestamp` shows: the last one not after it; the first one when all are
 * later; the last one that decodes when the time is past the end. Throws UnusableVideoError when no frame decodes.
 */
export async function takeFrame(
  video: ServedVideo,
  probed: VideoTrack,
  timestamp: FixedTimestamp,
  thumbnail: ThumbnailSettings,
  signal: AbortSignal,
): Promise<Frame> {
  const track = timestamp.kind === "percent" ? await withDuration(video, probed, signal) : probed;
  const requestedSeconds = secondsOf(timestamp, track);
  // The duration of a video without an index is an estimate: all of it means the last frame, wherever that is.
  const wholeOfIt = timestamp.kind === "percent" && timestamp.percent === 100;
  const targetSeconds = requestedSeconds + track.zeroSeconds + (wholeOfIt ? 3600 : 0);
  const run: Run = (choice, seekSeconds) => decode(video, track, choice, seekSeconds, thumbnail, signal);
  const failure: Failure = (lastMessage) => undecodable(video, track, lastMessage, signal);
  const { image, time } = await choosePicture(run, targetSeconds, track, failure);
  return {
    image,
    ...imageSize(image, thumbnail.format),
    timestampRequestedSeconds: requestedSeconds,
    timestampSeconds: roundToMicroseconds(time / 1e6 - track.zeroSeconds),
  };
}

type Run = (choice: FrameChoice, seekSeconds: number | undefined) => Promise<Decoded>;
type Failure = (lastMessage: string | undefined) => Promise<Error>;
type Picture = Pick<Decoded, "image"> & { readonly time: number };

async function choosePicture(
  run: Run,
  targetSeconds: number,
  track: VideoTrack,
  failure: Failure,
): Promise<Picture> {
  let lastMessage: string | undefined;
  const tryFrom = async (seekSeconds: number | undefined) => {
    const attempt = await pictureFrom(run, targetSeconds, track, seekSeconds);
    lastMessage = attempt.lastMessage ?? lastMessage;
    return attempt.picture;
  };
  const latestSeconds = Math.min(targetSeconds, endSeconds(track));
  for (const earlierSeconds of seeksBefore(track)) {
    const seekSeconds = latestSeconds - earlierSeconds;
    if (seekSeconds <= track.startSeconds) break;
    const picture = await tryFrom(seekSeconds);
    if (picture !== undefined) return picture;
  }
  const picture =
    (await tryFrom(await lastReadableSeconds(run, track.startSeconds, latestSeconds))) ??
    (await tryFrom(undefined));
  if (picture !== undefined) return picture;
  throw await failure(lastMessage);
}

/** The picture found when decoding begins at the keyframe before `seekSeconds` (undefined: at the video's start). */
async function pictureFrom(
  run: Run,
  targetSeconds: number,
  track: VideoTrack,
  seekSeconds: number | undefined,
): Promise<{ readonly picture?: Picture; readonly lastMessage: string | undefined }> {
  // A target inside the duration makes ffmpeg know the last frame when the video ends after it.
  let target = Math.round(Math.min(targetSeconds, endSeconds(track) - 1e-6) * 1e6);
  const wanted = Math.round(targetSeconds * 1e6);
  let result = await run({ kind: "last-not-after", microseconds: target }, seekSeconds);
  if (result.goesOn && target < wanted) {
    // The duration that the file tells is too short.
    target = wanted;
    result = await run({ kind: "last-not-after", microseconds: target }, seekSeconds);
  }
  const time = result.shownTime ?? result.firstTime;
  // Where a seek does not find the keyframe before (MPEG-TS has no index), decoding begins too late.
  if (time === undefined || (time > target && seekSeconds !== undefined))
    return { lastMessage: result.lastMessage };
  // No frame came after the target, so that ffmpeg did not know which is the last one. Now it is known.
  if (result.image.length === 0) result = await run({ kind: "first-from", microseconds: time }, seekSeconds);
  const { image, lastMessage } = result;
  return image.length === 0 ? { lastMessage } : { picture: { image, time }, lastMessage };
}

/** How much earlier than wanted to seek, one attempt after the other. */
function seeksBefore(track: VideoTrack): readonly number[] {
  // MPEG-PS gives few frames a time; the others are guessed, wrongly for some after a seek.
  if (track.container === "mpeg") return [3, 10];
  // Deinterlacing needs the frame before.
  return track.interlaced ? [0.1, 2, 10] : [0, 2, 10];
}

/**
 * Of a video whose end can not be read (an upload cut off in its middle), nearly the last position from which a frame
 * decodes, found by bisection; undefined when there is none but the start.
 */
async function lastReadableSeconds(
  run: Run,
  startSeconds: number,
  endSeconds: number,
): Promise<number | undefined> {
  let [readable, unreadable] = [startSeconds, endSeconds];
  while (unreadable - readable > 4) {
    const middle = (readable + unreadable) / 2;
    const { firstTime } = await run({ kind: "first-from", microseconds: Number.MIN_SAFE_INTEGER }, middle);
    if (firstTime === undefined) unreadable = middle;
    else readable = middle;
  }
  return readable === startSeconds ? undefined : readable;
}

async function withDuration(video: ServedVideo, track: VideoTrack, signal: AbortSignal): Promise<VideoTrack> {
  if (track.durationSeconds !== undefined) return track;
  const end = await findTrackEnd(video, track, signal);
  return end === undefined || end <= track.startSeconds
    ? track
    : { ...track, durationSeconds: end - track.startSeconds };
}

function secondsOf(timestamp: FixedTimestamp, track: VideoTrack): number {
  if (timestamp.kind === "seconds") return timestamp.seconds;
  if (track.durationSeconds === undefined) {
    throw new UnusableVideoError(`a percentage needs a duration, which the video does not tell`);
  }
  const offset = track.startSeconds - track.zeroSeconds;
  return roundToMicroseconds(offset + (track.durationSeconds * timestamp.percent) / 100);
}

function endSeconds(track: VideoTrack): number {
  return track.durationSeconds === undefined ? Infinity : track.startSeconds + track.durationSeconds;
}

interface Decoded {
  readonly image: Buffer;
  /** Microseconds, on the file's clock: of the first frame, and of the last one not after the chosen time. */
  readonly firstTime: number | undefined;
  readonly shownTime: number | undefined;
  /** A frame after the chosen time was seen. */
  readonly goesOn: boolean;
  readonly lastMessage: string | undefined;
}

/** Of ffmpeg that SIGXCPU (`-timelimit`), SIGTERM or SIGINT has ended, having written what it had. */
const stoppedExitCode = 255;

/** One run of ffmpeg: decodes from the keyframe at or before `seekSeconds` until the chosen frame is known. */
async function decode(
  video: ServedVideo,
  track: VideoTrack,
  choice: FrameChoice,
  seekSeconds: number | undefined,
  thumbnail: ThumbnailSettings,
  signal: AbortSignal,
): Promise<Decoded> {
  let firstTime: number | undefined;
  let shownTime: number | undefined;
  let goesOn = false;
  let lastMessage: string | undefined;
  let missing: Feature | undefined;
  const onFact = (fact: string) => {
    const time = decodedTime(fact);
    if (time === undefined) return;
    firstTime ??= time;
    video.decoded(partOfWay(firstTime, time, choice.microseconds));
    if (time > choice.microseconds) goesOn = true;
    else shownTime = Math.max(time, shownTime ?? time);
  };
  const onMessage = (line: string) => {
    missing ??= missingFeature(line);
    lastMessage = complaint(line) ?? lastMessage;
  };

  const seek = seekSeconds === undefined ? [] : seekArguments(track, seekSeconds);
  const args = [
    ...["-hide_banner", "-nostdin", "-nostats", "-loglevel", "warning", "-copyts"],
    // Of CPU time: it ends by itself even when the worker was killed and cannot end it. The kernel counts this one by
    // clock ticks, on a busy machine a fifth too much.
    ...["-timelimit", String(Math.ceil(video.allowance.cpuSecondsLeft * 2) + 1)],
    ...inputArguments(video.allowance),
    ...seek,
    ...[
      "-threads",
      String(decoderThreads(track)),
      "-noautorotate",
      "-i",
      video.url,
      "-map",
      `0:${track.streamIndex}`,
      "-map_metadata",
      "-1",
      "-map_chapters",
      "-1",
    ],
    ...["-filter_threads", "1", "-vf", filterGraph(choice, track, thumbnail), "-fps_mode", "passthrough"],
    ...["-frames:v", "1", ...encoders[thumbnail.format], "-f", "image2pipe", "pipe:1"],
  ];
  const { stdout, exitCode } = await runChild("ffmpeg", args, video.allowance, signal, {
    output: { maxBytes: maxImageBytes },
    onMessage,
    onFact,
  });
  // What it has made until then need not be the frame that was wanted.
  if (exitCode === stoppedExitCode)
    throw new UnusableVideoError("too costly: ffmpeg was stopped, by its limit of CPU time or from outside", {
      fromTry: 2,
    });
  if (missing !== undefined && (await isMissing(missing, video.allowance, signal)))
    throw new Error(`this ffmpeg is built without ${missing.name}, which the video or the picture needs`);
  return { image: stdout, firstTime, shownTime, goesOn, lastMessage };
}

/** Which part of the way from `first` to `target` lies before `time`. */
function partOfWay(first: number, time: number, target: number): number {
  return target > first ? Math.min(1, Math.max(0, (time - first) / (target - first))) : 1;
}

/** Each thread of a decoder keeps frames of its own: above 1080p the task's memory has room for one thread only. */
function decoderThreads({ width, height }: VideoTrack): number {
  return width * height > 1920 * 1088 ? 1 : Math.min(availableParallelism(), 4);
}

const encoders: Record<ThumbnailFormat, readonly string[]> = {
  // Half the time of zlib's default level, for a few percent more bytes, which this filter wins back on most pictures.
  png: ["-c:v", "png", "-compression_level", "4", "-pred", "paeth"],
  jpg: ["-c:v", "mjpeg", "-q:v", "3", "-flags:v", "+bitexact"],
  webp: ["-c:v", "libwebp", "-quality", "82"],
};

function roundToMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
