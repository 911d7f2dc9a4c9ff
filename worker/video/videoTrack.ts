import type { ColorTags } from "./colors";
import { UnusableVideoError } from "../errors";
import type { FfprobeReport, ReportedFormat, ReportedStream } from "./ffprobeReport";
import type { Orientation } from "./orientation";
import { parseDisplayMatrix, upright } from "./orientation";

/** The video track that the thumbnail is made of. Times are in seconds, on the file's own clock. */
export interface VideoTrack {
  /** ffmpeg's name of the demuxer, such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
  readonly streamIndex: number;
  readonly codec: string;
  /** Pixels, as coded: before rotation and before non-square pixels are squared. */
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: string | undefined;
  readonly interlaced: boolean;
  /** Frames are decoded in another order than shown. */
  readonly reordersFrames: boolean;
  readonly color: ColorTags;
  readonly orientation: Orientation;
  /** The moment that a player shows as 0. */
  readonly zeroSeconds: number;
  readonly startSeconds: number;
  /** Undefined when nothing in the file tells it. */
  readonly durationSeconds: number | undefined;
}

/** Of the video tracks that are no cover art, the one marked as default, or else the first. */
export function chooseTrack({ streams, format }: Omit<FfprobeReport, "packets">): VideoTrack {
  const videos = streams.filter(
    (stream) => stream.codec_type === "video" && stream.disposition.attached_pic !== 1,
  );
  // A broadcast's stream may list tracks of which the file holds nothing: their size stays unknown.
  const held = videos.filter((video) => video.width > 0);
  const candidates = held.length > 0 ? held : videos;
  const stream = candidates.find((video) => video.disposition.default === 1) ?? candidates[0];
  if (stream === undefined) throw new UnusableVideoError(`no video stream: ${describeOthers(streams)}`);

  const formatStart = format.start_time ?? 0;
  const streamStart = stream.start_time ?? formatStart;
  // AVI has no presentation times: ffmpeg gives the first frame that of the moment its decoder lets go of it.
  const decoderDelay = format.format_name === "avi" ? stream.has_b_frames * frameSeconds(stream) : 0;
  // A negative start that the audio alone has is its encoder's delay, which players drop.
  const zeroSeconds = formatStart < 0 ? Math.min(0, streamStart) : formatStart;
  return {
    container: format.format_name,
    streamIndex: stream.index,
    codec: stream.codec_name,
    width: stream.width,
    height: stream.height,
    pixelFormat: stream.pix_fmt,
    reordersFrames: stream.has_b_frames > 0,
    interlaced: /^[tb][tb]$/.test(stream.field_order),
    color: {
      space: stream.color_space,
      primaries: stream.color_primaries,
      transfer: stream.color_transfer,
      peakNits: peakNits(stream),
    },
    orientation: orientationOf(stream),
    zeroSeconds: zeroSeconds + decoderDelay,
    startSeconds: streamStart + decoderDelay,
    durationSeconds: durationOf(stream, format, streamStart),
  };
}

function orientationOf({ side_data_list }: ReportedStream): Orientation {
  const matrix = side_data_list.find((data) => typeof data.displaymatrix === "string")?.displaymatrix;
  return typeof matrix === "string" ? parseDisplayMatrix(matrix) : upright;
}

/** The brightest light of the video itself, or else of the display that it was made on; some files say 0. */
function peakNits({ side_data_list }: ReportedStream): number | undefined {
  const values = ["max_content", "max_luminance"].map((name) => {
    const value = side_data_list.find((data) => data[name] !== undefined)?.[name];
    const [nits = NaN, divisor = 1] = String(value).split("/").map(Number);
    return nits / divisor;
  });
  return values.find((nits) => nits > 0 && nits <= 10_000);
}

function frameSeconds(stream: ReportedStream): number {
  const [frames = 0, seconds = 0] = stream.avg_frame_rate.split("/").map(Number);
  return frames > 0 ? seconds / frames : 0;
}

/** Files without a duration per track have that of the longest one. */
function durationOf(stream: ReportedStream, format: ReportedFormat, streamStart: number): number | undefined {
  if (stream.duration !== undefined) return stream.duration;
  if (format.format_name.startsWith("matroska")) return matroskaDuration(stream, format, streamStart);
  const offset = streamStart - (format.start_time ?? 0);
  return format.duration === undefined ? undefined : Math.max(0, format.duration - offset);
}

/**
 * Matroska keeps a track's duration in a tag. What ffmpeg writes there, and as the file's duration, is the time at
 * which the track ends; mkvmerge, which says so in a tag, writes durations.
 */
function matroskaDuration(
  { tags }: ReportedStream,
  format: ReportedFormat,
  streamStart: number,
): number | undefined {
  const [hours = NaN, minutes = NaN, secs = NaN] = (tags.DURATION ?? "").split(":").map(Number);
  const tagged = hours * 3600 + minutes * 60 + secs;
  if (tagged > 0 && "_STATISTICS_WRITING_APP" in tags) return tagged;
  const end = tagged > 0 ? tagged : format.duration;
  return end === undefined || end <= streamStart ? end : end - streamStart;
}

function describeOthers(streams: readonly ReportedStream[]): string {
  const codecs = (type: string) =>
    streams.filter((stream) => stream.codec_type === type).map((stream) => stream.codec_name);
  if (codecs("video").length > 0) return "cover art only";
  if (codecs("audio").length > 0) return `audio only (${codecs("audio").join(", ")})`;
  const types = [...new Set(streams.map((stream) => stream.codec_type))];
  return types.length > 0 ? `${types.join(" and ")} only` : "the file holds no stream";
}
