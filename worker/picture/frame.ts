import type { ThumbnailSettings } from "../environment";
import { UnusableVideoError } from "../errors";
import type { FixedTimestamp } from "../../contract/timestamp";
import type { ServedVideo } from "../video/servedVideo";
import { findTrackEnd } from "../video/trackEnd";
import { undecodable } from "../video/reasons/undecodable";
import type { VideoTrack } from "../video/videoTrack";
import type { Run } from "./choosePicture";
import { choosePicture } from "./choosePicture";
import { decode } from "./decode";
import { imageSize } from "./imageSize";

/** One encoded picture of a video. Times are in seconds from the moment that a player shows as 0. */
export interface Frame {
  readonly image: Buffer;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly timestampRequestedSeconds: number;
  readonly timestampSeconds: number;
  /** The video is damaged there, and this is the best picture that it gives. */
  readonly hasDecodeErrors: boolean;
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
  let hasNoDecoder = false;
  const run: Run = async (choice, start) => {
    const decoded = await decode(video, track, choice, start, thumbnail, signal);
    ({ hasNoDecoder } = decoded);
    return decoded;
  };
  const picture = await choosePicture(run, targetSeconds, track);
  if (picture === undefined) throw await undecodable(video, track, hasNoDecoder, signal);
  return {
    image: picture.image,
    ...imageSize(picture.image, thumbnail.format),
    timestampRequestedSeconds: requestedSeconds,
    timestampSeconds: roundToMicroseconds(picture.time / 1e6 - track.zeroSeconds),
    hasDecodeErrors: picture.complaints > 0,
  };
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

function roundToMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
