import type { ChildLimits } from "../child/childProcess";
import { runChild } from "../child/childProcess";
import { inputArguments } from "../child/ffmpegInput";
import type { VideoTrack } from "./videoTrack";

/** A list of packets: some 19 bytes for each, so this is 16 hours of video at 60 frames a second. */
const limits: ChildLimits = { timeLimitSeconds: 300, maxOutputBytes: 64 * 1024 * 1024 };

/**
 * The end of a track in seconds, on the file's own clock, by reading all of the file: what browsers record (WebM
 * written as it comes) tells no duration. Undefined when no packet has a time.
 */
export async function findTrackEnd(
  url: string,
  { streamIndex }: VideoTrack,
  signal: AbortSignal,
): Promise<number | undefined> {
  const args = [
    ...["-v", "quiet", ...inputArguments, "-select_streams", String(streamIndex)],
    ...["-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0", url],
  ];
  const { stdout } = await runChild("ffprobe", args, limits, signal, () => undefined);
  return lastEnd(stdout.toString("latin1"));
}

/** Of lines of a time and a duration, either of which may be `N/A`. */
function lastEnd(packets: string): number | undefined {
  let end: number | undefined;
  for (const [, time, duration] of packets.matchAll(/^(-?[\d.]+),([\d.]+)?/gm)) {
    const packetEnd = Number(time) + Number(duration ?? 0);
    if (end === undefined || packetEnd > end) end = packetEnd;
  }
  return end;
}
