import { runChild } from "../child/childProcess";
import { inputArguments } from "../child/ffmpegInput";
import type { ServedVideo } from "./servedVideo";
import type { VideoTrack } from "./videoTrack";

/**
 * The end of a track in seconds, on the file's own clock, by reading all of the file: what browsers record (WebM
 * written as it comes) tells no duration. Undefined when no packet has a time.
 */
export async function findTrackEnd(
  { url, allowance }: ServedVideo,
  { streamIndex }: VideoTrack,
  signal: AbortSignal,
): Promise<number | undefined> {
  const args = [
    ...["-v", "quiet", ...inputArguments(allowance), "-select_streams", String(streamIndex)],
    ...["-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0", url],
  ];
  let end: number | undefined;
  const onLine = (line: string) => {
    const packetEnd = endOf(line);
    if (packetEnd !== undefined && (end === undefined || packetEnd > end)) end = packetEnd;
  };
  await runChild("ffprobe", args, allowance, signal, { output: { onLine } });
  return end;
}

/** Of a line of a time and a duration, either of which may be `N/A`. */
function endOf(line: string): number | undefined {
  const [, time, duration] = /^(-?[\d.]+),([\d.]+)?/.exec(line) ?? [];
  return time === undefined ? undefined : Number(time) + Number(duration ?? 0);
}
