import * as v from "valibot";
import { messageOf, UnusableVideoError } from "../errors";

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
  codec_tag_string: v.optional(v.string()),
  width: v.optional(v.number(), 0),
  height: v.optional(v.number(), 0),
  pix_fmt: v.optional(v.string()),
  color_space: known,
  color_primaries: known,
  color_transfer: known,
  color_range: known,
  sample_aspect_ratio: v.optional(v.string()),
  field_order: v.optional(v.string(), "unknown"),
  has_b_frames: v.optional(v.number(), 0),
  time_base: v.optional(v.string(), "0/0"),
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
  format: v.object({
    format_name: v.optional(v.string(), ""),
    start_time: seconds,
    duration: seconds,
    tags: v.optional(v.record(v.string(), v.string())),
  }),
});

/** What ffprobe prints of a file with `-of json`, as far as it is used here: times in seconds, sizes in pixels. */
export type FfprobeReport = v.InferOutput<typeof probeSchema>;
export type ReportedFormat = FfprobeReport["format"];
export type ReportedStream = v.InferOutput<typeof streamSchema>;

/** Reads ffprobe's JSON. Throws UnusableVideoError when it makes no sense. */
export function parseReport(json: Buffer): FfprobeReport {
  try {
    return v.parse(probeSchema, JSON.parse(json.toString("utf8")));
  } catch (error) {
    throw new UnusableVideoError(
      `not a video: what ffprobe finds in it makes no sense (${messageOf(error)})`,
    );
  }
}
