import type { VideoTrack } from "./videoTrack";

/**
 * How much earlier than told ffmpeg seeks, in seconds, where frames are decoded in another order than shown and a format's
 * index may have the times of decoding (`dts_heuristic` in its fftools). Matroska's has those of showing.
 */
const earlierSeconds = 3 / 23;

/** The arguments before `-i` with which ffmpeg begins at the keyframe at or before a time on the file's own clock. */
export function seekArguments(
  { container, reorderedFrames }: VideoTrack,
  seconds: number,
): readonly string[] {
  const isMovedInVain = reorderedFrames > 0 && container.startsWith("matroska");
  const told = isMovedInVain ? seconds + earlierSeconds : seconds;
  return ["-noaccurate_seek", "-seek_timestamp", "1", "-ss", told.toFixed(6)];
}
