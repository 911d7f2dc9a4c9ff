import { runChild } from "../child/childProcess";
import { printable, UnusableVideoError } from "../errors";
import { inputArguments, isAboutConnection } from "../child/ffmpegInput";
import type { ServedVideo } from "./servedVideo";
import type { VideoTrack } from "./videoTrack";
import { withoutSpeaker } from "./unreadable";

const unknownCodecs = ["unknown", "none"];

/** What a line of ffmpeg's says is wrong with the video; undefined when it says nothing of that. */
export function complaint(line: string): string | undefined {
  // Indented is what the video says of itself, such as its title.
  if (
    isAboutConnection(line) ||
    line.startsWith(" ") ||
    !/error|invalid|fail|not supported|not found|no decoder|corrupt/i.test(line)
  )
    return undefined;
  const words = printable(withoutSpeaker(line));
  // Said after any other complaint, and of no help.
  return /^(?:Conversion failed|Error while|Error marking|Nothing was written)/.test(words)
    ? undefined
    : words;
}

/** Why no frame of a track decodes, of which ffmpeg complained last with `lastComplaint`. */
export async function undecodable(
  video: ServedVideo,
  track: VideoTrack,
  lastComplaint: string | undefined,
  signal: AbortSignal,
): Promise<UnusableVideoError> {
  const { codec } = track;
  if (unknownCodecs.includes(codec) || /no decoder found|Decoder .*not found/.test(lastComplaint ?? ""))
    return new UnusableVideoError(`unsupported codec: ${codec}`);
  if (await isEncrypted(video, track, signal))
    return new UnusableVideoError(`encrypted: the ${codec} video can not be decoded without its key`);
  const words = lastComplaint ?? "the file holds too little of it";
  return new UnusableVideoError(`no frame of the ${codec} video decodes: ${words}`);
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
