import { runChild } from "../../child/childProcess";
import { inputArguments } from "../../child/ffmpegInput";
import { UnusableVideoError } from "../../errors";
import { readServed } from "./readServed";
import type { ServedVideo } from "../servedVideo";
import { topLevelBoxes } from "./topLevelBoxes";
import type { VideoTrack } from "../videoTrack";

const unknownCodecs = ["unknown", "none"];
/** Where Matroska's tracks are described. */
const headerBytes = 64 * 1024;

/** Why no frame of a track decodes, for which ffmpeg may have no decoder. */
export async function undecodable(
  video: ServedVideo,
  track: VideoTrack,
  hasNoDecoder: boolean,
  signal: AbortSignal,
): Promise<UnusableVideoError> {
  const { codec } = track;
  if (hasNoDecoder || unknownCodecs.includes(codec))
    return new UnusableVideoError(`unsupported codec: ${await codecName(video, track, signal)}`);
  if (await isEncrypted(video, track, signal))
    return new UnusableVideoError(`encrypted: the ${codec} video can not be decoded without its key`);
  if (track.container.startsWith("mov") && (await topLevelBoxes(video.url, signal))?.cut === "moov")
    return new UnusableVideoError("truncated within its index");
  return new UnusableVideoError(`no frame of the ${codec} video decodes: it is damaged or cut off`);
}

/** The container's own name for a codec, which ffmpeg may not know, or else ffmpeg's. */
async function codecName(
  { url }: ServedVideo,
  { codec, codecTag, container }: VideoTrack,
  signal: AbortSignal,
): Promise<string> {
  if (codecTag !== undefined) return codecTag;
  if (!unknownCodecs.includes(codec) || !container.startsWith("matroska")) return codec;
  // RFC 9559, section 5.1.4.1.21: the element CodecID, one byte of size, and the name.
  const { bytes } = await readServed(url, 0, headerBytes, signal);
  return /\x86[\x80-\xff](V_[\w/.]{1,60})/.exec(bytes.toString("latin1"))?.[1] ?? codec;
}

/** Whether the track's first packet is encrypted (Common Encryption, ISO/IEC 23001-7), as demuxers tell of it. */
async function isEncrypted(
  { url, allowance }: ServedVideo,
  { streamIndex }: VideoTrack,
  signal: AbortSignal,
): Promise<boolean> {
  const args = [
    ...["-v", "quiet", ...inputArguments(allowance)],
    ...["-select_streams", String(streamIndex), "-read_intervals", "%+#1"],
    ...["-show_entries", "packet_side_data=side_data_type", "-of", "csv", url],
  ];
  const { stdout } = await runChild("ffprobe", args, allowance, signal, {
    output: { maxBytes: 1024 * 1024 },
  });
  return stdout.includes("Encryption info");
}
