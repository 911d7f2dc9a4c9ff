import { UnusableVideoError } from "./errors";
import type { VideoTrack } from "./probe";

/** 16384 × 16384: the frames of anything larger fit into no task's memory. */
const maxPixels = 2 ** 28;

/**
 * Throws UnusableVideoError for a video track of which no frame can be had, as ffprobe's words on the file show,
 * though it opened it.
 */
export function assertReadable({ streamIndex, width, height }: VideoTrack, words: readonly string[]): void {
  if (width * height > maxPixels)
    throw new UnusableVideoError(
      `too large: ${width}x${height} pixels, which is more than ${maxPixels / 2 ** 20} million`,
    );
  // ffmpeg does not follow such references unless told to (`-enable_drefs`).
  const elsewhere = `Skipped opening external track: stream ${streamIndex},`;
  if (words.some((line) => line.includes(elsewhere)))
    throw new UnusableVideoError("the video track is kept in another file, which is not read");
  if (words.some((line) => line.includes("DRM protected stream detected")))
    throw new UnusableVideoError("encrypted: the video is protected by DRM");
}
