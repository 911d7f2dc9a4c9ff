import { UnusableVideoError } from "../errors";
import type { VideoTrack } from "./videoTrack";

/**
 * Throws UnusableVideoError for a video track of which no frame can be had though ffprobe opened the file, as its
 * words on the file and the kinds of side data of the first packet show.
 */
export function assertReadable(
  { streamIndex, codec, encrypted }: VideoTrack,
  words: readonly string[],
  packetSideData: readonly string[],
): void {
  // ffmpeg does not follow such references unless told to (`-enable_drefs`).
  const elsewhere = `Skipped opening external track: stream ${streamIndex},`;
  if (words.some((line) => line.includes(elsewhere)))
    throw new UnusableVideoError("the video track is kept in another file, which is not read");
  if (words.some((line) => line.includes("DRM protected stream detected")))
    throw new UnusableVideoError("encrypted: the video is protected by DRM");
  // Common Encryption (ISO/IEC 23001-7). Decoders may make a picture of noise of such a video.
  if (encrypted || packetSideData.includes("Encryption info"))
    throw new UnusableVideoError(`encrypted: the ${codec} video can not be decoded without its key`);
}
