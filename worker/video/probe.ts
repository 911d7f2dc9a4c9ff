import * as v from "valibot";
import type { ChildLimits } from "../child/childProcess";
import { runChild } from "../child/childProcess";
import type { ColorTags } from "./colors";
import { messageOf, UnusableVideoError } from "../errors";
import { inputArguments, isAboutConnection } from "../child/ffmpegInput";
import { assertReadable } from "./readableTrack";
import { unreadable } from "./unreadable";
import type { Orientation } from "./orientation";
import { parseDisplayMatrix, upright } from "./orientation";

const limits: ChildLimits = { timeLimitSeconds: 60, maxOutputBytes: 4 * 1024 * 1024 };
/** The first and the last lines that ffprobe prints. */
const maxWords = 100;

const seconds = v.optional(v.pipe(v.string(), v.transform(Number), v.number()));
const known = v.optional(
  v.pipe(
    v.string(),
    v.transform((name) => (name === "unknown" || name === "reserved" ? undefined : name)),
  ),
);
const streamSchema = v.object({
  index: v.number(),
  codec_type: v.optional(v.string(), "unknown"),
  codec_name: v.optional(v.string(), "unknown"),
  width: v.optional(v.number(), 0),
  height: v.optional(v.number(), 0),
  pix_fmt: v.optional(v.string()),
  color_space: known,
  color_primaries: known,
  color_transfer: known,
  field_order: v.optional(v.string(), "unknown"),
  has_b_frames: v.optional(v.number(), 0),
  avg_frame_rate: v.optional(v.string(), "0/0"),
  start_time: seconds,
  duration: seconds,
  disposition: v.optional(v.record(v.string(), v.number()), {}),
  tags: v.optional(v.record(v.string(), v.string()), {}),
  side_data_list: v.optional(v.array(v.record(v.string(), v.unknown())), []),
});
const packetSchema = v.object({
  side_data_list: v.optional(v.array(v.object({ side_data_type: v.optional(v.string(), "") })), []),
});
const probeSchema = v.object({
  packets: v.optional(v.array(packetSchema), []),
  streams: v.optional(v.array(streamSchema), []),
  format: v.object({ format_name: v.optional(v.string(), ""), start_time: seconds, duration: seconds }),
});
type Format = v.InferOutput<typeof probeSchema>["format"];
type Stream = v.InferOutput<typeof streamSchema>;

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
  readonly color: ColorTags;
  readonly orientation: Orientation;
  /** The moment that a player shows as 0. */
  readonly zeroSeconds: number;
  readonly startSeconds: number;
  /** Undefined when nothing in the file tells it. */
  readonly durationSeconds: number | undefined;
}

/**
 * Finds the video track of the file at `url`. Throws UnusableVideoError when there is none, and other errors when
 * ffprobe could not do its work.
 */
export async function probe(url: string, signal: AbortSignal): Promise<VideoTrack> {
  const words: string[] = [];
  const args = [
    "-v",
    "level+warning",
    "-hide_banner",
    ...inputArguments,
    "-show_format",
    "-show_streams",
    // The first packet, which ffprobe has read already: whether it is encrypted.
    ...["-read_intervals", "%+#1", "-show_entries", "packet=stream_index:packet_side_data=side_data_type"],
    "-of",
    "json",
    url,
  ];
  const { stdout, exitCode } = await runChild("ffprobe", args, limits, signal, (line) => {
    if (isAboutConnection(line)) return;
    words.push(line);
    if (words.length > maxWords) words.splice(maxWords / 2, 1);
  });
  if (exitCode !== 0) throw await unreadable(words, url, signal);
  const found = parse(stdout);
  const track = chooseTrack(found);
  const sideData = found.packets.flatMap((packet) => packet.side_data_list);
  assertReadable(
    track,
    words,
    sideData.map((data) => data.side_data_type),
  );
  return track;
}

function parse(json: Buffer): v.InferOutput<typeof probeSchema> {
  try {
    return v.parse(probeSchema, JSON.parse(json.toString("utf8")));
  } catch (error) {
    throw new UnusableVideoError(
      `not a video: what ffprobe finds in it makes no sense (${messageOf(error)})`,
    );
  }
}

/** Of the video tracks that are no cover art, the one marked as default, or else the first. */
export function chooseTrack({
  streams,
  format,
}: Omit<v.InferOutput<typeof probeSchema>, "packets">): VideoTrack {
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

function orientationOf({ side_data_list }: Stream): Orientation {
  const matrix = side_data_list.find((data) => typeof data.displaymatrix === "string")?.displaymatrix;
  return typeof matrix === "string" ? parseDisplayMatrix(matrix) : upright;
}

/** The brightest light of the video itself, or else of the display that it was made on; some files say 0. */
function peakNits({ side_data_list }: Stream): number | undefined {
  const values = ["max_content", "max_luminance"].map((name) => {
    const value = side_data_list.find((data) => data[name] !== undefined)?.[name];
    const [nits = NaN, divisor = 1] = String(value).split("/").map(Number);
    return nits / divisor;
  });
  return values.find((nits) => nits > 0 && nits <= 10_000);
}

function frameSeconds(stream: Stream): number {
  const [frames = 0, seconds = 0] = stream.avg_frame_rate.split("/").map(Number);
  return frames > 0 ? seconds / frames : 0;
}

/** Files without a duration per track have that of the longest one. */
function durationOf(stream: Stream, format: Format, streamStart: number): number | undefined {
  if (stream.duration !== undefined) return stream.duration;
  if (format.format_name.startsWith("matroska")) return matroskaDuration(stream, format, streamStart);
  const offset = streamStart - (format.start_time ?? 0);
  return format.duration === undefined ? undefined : Math.max(0, format.duration - offset);
}

/**
 * Matroska keeps a track's duration in a tag. What ffmpeg writes there, and as the file's duration, is the time at
 * which the track ends; mkvmerge, which says so in a tag, writes durations.
 */
function matroskaDuration({ tags }: Stream, format: Format, streamStart: number): number | undefined {
  const [hours = NaN, minutes = NaN, secs = NaN] = (tags.DURATION ?? "").split(":").map(Number);
  const tagged = hours * 3600 + minutes * 60 + secs;
  if (tagged > 0 && "_STATISTICS_WRITING_APP" in tags) return tagged;
  const end = tagged > 0 ? tagged : format.duration;
  return end === undefined || end <= streamStart ? end : end - streamStart;
}

function describeOthers(streams: readonly Stream[]): string {
  const codecs = (type: string) =>
    streams.filter((stream) => stream.codec_type === type).map((stream) => stream.codec_name);
  if (codecs("video").length > 0) return "cover art only";
  if (codecs("audio").length > 0) return `audio only (${codecs("audio").join(", ")})`;
  const types = [...new Set(streams.map((stream) => stream.codec_type))];
  return types.length > 0 ? `${types.join(" and ")} only` : "the file holds no stream";
}
