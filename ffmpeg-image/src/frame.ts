import type { ChildLimits } from "./childProcess";
import { runChild } from "./childProcess";
import type { ThumbnailSettings } from "./environment";
import { printable, UnusableVideoError } from "./errors";
import { inputArguments } from "./ffmpegInput";
import type { FrameChoice } from "./filters";
import { decodedFrames, filterGraph, pictureFrames } from "./filters";
import type { ThumbnailFormat } from "./names";
import type { VideoTrack } from "./probe";
import type { Timestamp } from "./timestamp";

const limits: ChildLimits = { timeLimitSeconds: 300, maxOutputBytes: 128 * 1024 * 1024 };

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
  url: string,
  track: VideoTrack,
  timestamp: Timestamp,
  thumbnail: ThumbnailSettings,
  signal: AbortSignal,
): Promise<Frame> {
  const requestedSeconds = secondsOf(timestamp, track);
  const targetSeconds = Math.min(requestedSeconds + track.zeroSeconds, endSeconds(track));
  const attempt = (choice: FrameChoice, seekSeconds: number | undefined) =>
    decode(url, track, choice, seekSeconds, thumbnail, signal);
  const target = Math.round(targetSeconds * 1e6);

  let lastMessage: string | undefined;
  for (const seekSeconds of seeks(targetSeconds, track)) {
    const result = await attempt({ kind: "last-not-after", microseconds: target }, seekSeconds);
    lastMessage = result.lastMessage ?? lastMessage;
    if (result.firstTime === undefined) continue;
    // Where a seek does not find the keyframe before (MPEG-TS has no index), decoding begins too late: seek earlier.
    if (result.firstTime > target && seekSeconds !== undefined) continue;
    const time = result.lastTimeNotAfterTarget ?? result.firstTime;
    // No frame came after the target, so none was known to be the last one: now it is.
    const picture =
      result.image.length > 0
        ? result
        : await attempt({ kind: "first-from", microseconds: time }, seekSeconds);
    if (picture.image.length === 0) continue;
    return {
      image: picture.image,
      width: picture.width,
      height: picture.height,
      timestampRequestedSeconds: requestedSeconds,
      timestampSeconds: roundToMicroseconds(time / 1e6 - track.zeroSeconds),
    };
  }
  throw new UnusableVideoError(
    `no frame of the ${track.codec} video decodes: ${lastMessage ?? "ffmpeg gave no reason"}`,
  );
}

function secondsOf(timestamp: Timestamp, track: VideoTrack): number {
  if (timestamp.kind === "seconds") return timestamp.seconds;
  if (track.durationSeconds === undefined) {
    throw new UnusableVideoError(`a percentage needs a duration: the video does not tell its own`);
  }
  const offset = track.startSeconds - track.zeroSeconds;
  return roundToMicroseconds(offset + (track.durationSeconds * timestamp.percent) / 100);
}

function endSeconds(track: VideoTrack): number {
  return track.durationSeconds === undefined ? Infinity : track.startSeconds + track.durationSeconds;
}

/** Where to seek to, one attempt after the other; undefined is the video's start. */
function seeks(targetSeconds: number, track: VideoTrack): (number | undefined)[] {
  const earlierSeconds = [0, 2, 10, 60, 600];
  const positions = earlierSeconds.map((earlier) => targetSeconds - earlier);
  return [...positions.filter((position) => position > track.startSeconds), undefined];
}

interface Decoded {
  readonly image: Buffer;
  readonly width: number;
  readonly height: number;
  /** Microseconds. */
  readonly firstTime: number | undefined;
  readonly lastTimeNotAfterTarget: number | undefined;
  readonly lastMessage: string | undefined;
}

/** One run of ffmpeg: decodes from the keyframe at or before `seekSeconds` until the chosen frame is known. */
async function decode(
  url: string,
  track: VideoTrack,
  choice: FrameChoice,
  seekSeconds: number | undefined,
  thumbnail: ThumbnailSettings,
  signal: AbortSignal,
): Promise<Decoded> {
  let firstTime: number | undefined;
  let lastTimeNotAfterTarget: number | undefined;
  let lastMessage: string | undefined;
  let [width, height] = [0, 0];
  const onLine = (line: string) => {
    if (line.startsWith(`[${decodedFrames} `)) {
      const time = Number(/ pts: *(-?\d+) /.exec(line)?.[1] ?? NaN);
      firstTime ??= Number.isNaN(time) ? undefined : time;
      if (time <= choice.microseconds)
        lastTimeNotAfterTarget = Math.max(time, lastTimeNotAfterTarget ?? time);
    } else if (line.startsWith(`[${pictureFrames} `)) {
      const size = / s:(\d+)x(\d+) /.exec(line);
      if (size !== null) [width, height] = [Number(size[1]), Number(size[2])];
    } else if (/error|invalid|fail|not supported|corrupt/i.test(line)) {
      lastMessage = printable(line.replace(/^\[[^\]]*\] /, ""));
    }
  };

  const seek =
    seekSeconds === undefined
      ? []
      : ["-noaccurate_seek", "-seek_timestamp", "1", "-ss", seekSeconds.toFixed(6)];
  const args = [
    ...["-hide_banner", "-nostdin", "-nostats", "-loglevel", "info", "-copyts"],
    ...inputArguments,
    ...seek,
    ...["-i", url, "-map", `0:${track.streamIndex}`, "-map_metadata", "-1", "-map_chapters", "-1"],
    ...["-filter_threads", "1", "-vf", filterGraph(choice, track, thumbnail), "-fps_mode", "passthrough"],
    ...["-frames:v", "1", ...encoders[thumbnail.format], "-f", "image2pipe", "pipe:1"],
  ];
  const { stdout } = await runChild("ffmpeg", args, limits, signal, onLine);
  return { image: stdout, width, height, firstTime, lastTimeNotAfterTarget, lastMessage };
}

const encoders: Record<ThumbnailFormat, readonly string[]> = {
  png: ["-c:v", "png", "-pred", "mixed"],
  jpg: ["-c:v", "mjpeg", "-q:v", "3", "-flags:v", "+bitexact"],
  webp: ["-c:v", "libwebp", "-quality", "82"],
};

function roundToMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
