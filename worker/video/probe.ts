import { runChild } from "../child/childProcess";
import { inputArguments, isAboutConnection } from "../child/ffmpegInput";
import { UnusableVideoError } from "../errors";
import { parseReport } from "./ffprobeReport";
import { photo } from "./reasons/fileSignature";
import { isPhoto } from "./reasons/photo";
import { assertReadable } from "./readableTrack";
import type { ServedVideo } from "./servedVideo";
import { unreadable } from "./reasons/unreadable";
import type { VideoTrack } from "./videoTrack";
import { chooseTrack } from "./videoTrack";
import { withoutSound } from "./withoutSound";

const maxReportBytes = 4 * 1024 * 1024;
/** The first and the last lines that ffprobe prints. */
const maxWords = 100;

/**
 * Finds the video track of a file. Throws UnusableVideoError when there is none, and other errors when ffprobe could
 * not do its work.
 */
export async function probe(video: ServedVideo, signal: AbortSignal): Promise<VideoTrack> {
  const { url } = video;
  let answer = await askFfprobe(video, signal);
  if (
    answer.json === undefined &&
    answer.words.some((line) => line.includes("Could not open codec for input"))
  )
    answer = await withoutSound(url, (address) => askFfprobe({ ...video, url: address }, signal), signal);
  const { json, words } = answer;
  if (json === undefined) throw await unreadable(words, url, signal);
  const found = parseReport(json);
  if (await isPhoto(found.format.tags, url, signal))
    throw new UnusableVideoError(`not a video: it is ${photo}`);
  const track = chooseTrack(found);
  const sideData = found.packets.flatMap((packet) => packet.side_data_list);
  assertReadable(
    track,
    words,
    sideData.map((data) => data.side_data_type),
  );
  return track;
}

/** What ffprobe prints: a report, undefined when it gave the file up, and words on it. */
async function askFfprobe(
  { url, allowance }: ServedVideo,
  signal: AbortSignal,
): Promise<{ json: Buffer | undefined; words: readonly string[] }> {
  const words: string[] = [];
  const args = [
    "-v",
    "level+warning",
    "-hide_banner",
    ...inputArguments(allowance),
    "-show_format",
    "-show_streams",
    // The first packet, which ffprobe has read already: whether it is encrypted.
    ...["-read_intervals", "%+#1", "-show_entries", "packet=stream_index:packet_side_data=side_data_type"],
    "-of",
    "json",
    url,
  ];
  const { stdout, exitCode } = await runChild("ffprobe", args, allowance, signal, {
    output: { maxBytes: maxReportBytes },
    onMessage: (line) => {
      if (isAboutConnection(line)) return;
      words.push(line);
      if (words.length > maxWords) words.splice(maxWords / 2, 1);
    },
  });
  return { json: exitCode === 0 ? stdout : undefined, words };
}
