import type { Rendition } from "../../contract/extras";
import { renditionName } from "../../contract/extras";
import { contentTypes } from "../../contract/outputs";
import type { FixedTimestamp } from "../../contract/timestamp";
import type { ThumbnailSettings } from "../environment";
import { UnusableVideoError } from "../errors";
import type { OutputFile } from "../outputFile";
import type { ServedVideo } from "../video/servedVideo";
import { findTrackEnd } from "../video/trackEnd";
import { undecodable } from "../video/reasons/undecodable";
import type { VideoTrack } from "../video/videoTrack";
import type { Run } from "./choosePicture";
import { choosePicture } from "./choosePicture";
import { decode } from "./decode";
import type { WantedPicture } from "./filters";
import { imageSize } from "./imageSize";

/** The pictures that are made of one frame. */
export interface WantedPictures {
  readonly thumbnail: ThumbnailSettings;
  /** Without them: none. */
  readonly renditions?: readonly Rendition[];
}

/** One frame of a video, as encoded pictures. Times are in seconds from the moment that a player shows as 0. */
export interface Frame {
  /** The thumbnail. */
  readonly image: Buffer;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly timestampRequestedSeconds: number;
  readonly timestampSeconds: number;
  /** The video is damaged there, and this is the best picture that it gives. */
  readonly hasDecodeErrors: boolean;
  /** In the order in which they are wanted. */
  readonly renditions: readonly OutputFile[];
}

export interface TakenFrame extends Frame {
  /** The frame as a binary portable pixmap of at most 100 pixels a side, for what is told of its colours. */
  readonly smallPixmap: Buffer;
}

/** What ThumbHash takes, and enough for the colours. */
const smallWidthPixels = 100;

/**
 * Takes the frame that a player paused at `timestamp` shows: the last one not after it; the first one when all are
 * later; the last one that decodes when the time is past the end. Throws UnusableVideoError when no frame decodes.
 */
export async function takeFrame(
  video: ServedVideo,
  probed: VideoTrack,
  timestamp: FixedTimestamp,
  { thumbnail, renditions = [] }: WantedPictures,
  signal: AbortSignal,
): Promise<TakenFrame> {
  const track = timestamp.kind === "percent" ? await withDuration(video, probed, signal) : probed;
  const requestedSeconds = secondsOf(timestamp, track);
  // The duration of a video without an index is an estimate: all of it means the last frame, wherever that is.
  const wholeOfIt = timestamp.kind === "percent" && timestamp.percent === 100;
  const targetSeconds = requestedSeconds + track.zeroSeconds + (wholeOfIt ? 3600 : 0);
  const small: WantedPicture = { format: "ppm", widthPixels: smallWidthPixels };
  let hasNoDecoder = false;
  const run: Run = async (choice, start) => {
    const decoded = await decode(video, track, choice, start, [thumbnail, small, ...renditions], signal);
    ({ hasNoDecoder } = decoded);
    return decoded;
  };
  const picture = await choosePicture(run, targetSeconds, track);
  if (picture === undefined) throw await undecodable(video, track, hasNoDecoder, signal);
  const [smallPixmap, ...renditionImages] = picture.furtherImages;
  if (smallPixmap === undefined || smallPixmap.length === 0) throw new Error("ffmpeg wrote no small picture");
  return {
    image: picture.image,
    ...imageSize(picture.image, thumbnail.format),
    timestampRequestedSeconds: requestedSeconds,
    timestampSeconds: roundToMicroseconds(picture.time / 1e6 - track.zeroSeconds),
    hasDecodeErrors: picture.complaints > 0,
    renditions: renditions.map((rendition, index) => renditionFile(rendition, renditionImages[index])),
    smallPixmap,
  };
}

function renditionFile(rendition: Rendition, content: Buffer = Buffer.alloc(0)): OutputFile {
  const name = renditionName(rendition);
  const { format } = rendition;
  if (content.length === 0) throw new Error(`ffmpeg wrote no rendition ${name}`);
  return {
    name,
    kind: "rendition",
    content,
    contentType: contentTypes[format],
    ...imageSize(content, format),
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
