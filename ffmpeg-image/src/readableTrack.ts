import { UnusableVideoError } from "./errors";
import type { VideoTrack } from "./probe";

/**
 * Throws UnusableVideoError for a video track of which no frame can be had, as ffprobe's words on the file show,
 * though it opened it.
 */
export function assertReadable({ streamIndex }: VideoTrack, words: readonly string[]): void {
  // ffmpeg does not follow such references unless told to (`-enable_drefs`).
  const elsewhere = `Skipped opening external track: stream ${streamIndex},`;
  if (words.some((line) => line.includes(elsewhere)))
    throw new UnusableVideoError("the video track is kept in another file, which is not read");
  if (words.some((line) => line.includes("DRM protected stream detected")))
    throw new UnusableVideoError("encrypted: the video is protected by DRM");
}
