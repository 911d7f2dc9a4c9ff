import { runChild } from "../child/childProcess";
import { inputArguments } from "../child/ffmpegInput";
import { UnusableVideoError } from "../errors";
import type { ServedVideo } from "./servedVideo";
import type { VideoTrack } from "./videoTrack";

/** Why no frame of a track decodes, for which ffmpeg may have no decoder. */
export async function undecodable(
  video: ServedVideo,
  track: VideoTrack,
  hasNoDecoder: boolean,
  signal: AbortSignal,
): Promise<UnusableVideoError> {
  const { codec } = track;
  if (hasNoDecoder) return new UnusableVideoError(`unsupported codec: ${codec}`);
  if (await isEncrypted(video, track, signal))
    return new UnusableVideoError(`encrypted: the ${codec} video can not be decoded without its key`);
  return new UnusableVideoError(`no frame of the ${codec} video decodes: it is damaged or cut off`);
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
