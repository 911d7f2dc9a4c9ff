import type { CachedVideo } from "../source/cachedVideo";
import type { VideoTrack } from "../video/videoTrack";
import { BrokenIndexError } from "./brokenIndex";
import type { KeyframeIndex } from "./keyframes";
import { readCues } from "./matroska/cues";
import { readMovie } from "./mp4/movie";

/**
 * Reads the index of an MP4 or QuickTime file (not of a fragmented one) or the Cues of a Matroska or WebM file. Gives
 * undefined when the file has no such index, or one that is not understood in full: then it has to be read by seeks.
 * Throws what the source throws.
 */
export async function readKeyframeIndex(
  video: CachedVideo,
  track: VideoTrack,
  signal: AbortSignal,
): Promise<KeyframeIndex | undefined> {
  try {
    if (track.container.startsWith("mov,")) return await readMovie(video, track, signal);
    if (track.container.startsWith("matroska")) return await readCues(video, track, signal);
    return undefined;
  } catch (error) {
    if (error instanceof BrokenIndexError) return undefined;
    throw error;
  }
}
