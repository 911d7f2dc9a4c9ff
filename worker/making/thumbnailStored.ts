import type { CachedVideo } from "../source/cachedVideo";
import type { Picture } from "../takePicture";
import type { OrderReport, Spent, ThumbnailOrder } from "./order";

/** What there is to tell of a thumbnail that is stored. */
export function thumbnailStored(
  { videoKey, outputKey, outputBucket }: ThumbnailOrder,
  picture: Picture,
  isAutomatic: boolean,
  video: CachedVideo,
  spent: Spent,
): OrderReport {
  const { chosen } = picture;
  return {
    level: "info",
    event: "thumbnail-stored",
    key: videoKey,
    thumbnail: outputKey,
    bucket: outputBucket,
    seconds: toSeconds(performance.now() - spent.startedAt),
    ffmpegSeconds: toSeconds(spent.ffmpegMs),
    bytesRead: spent.bytesRead + video.bytesRead,
    requests: spent.requests + video.requests,
    videoBytes: video.totalBytes,
    width: picture.width,
    height: picture.height,
    timestampRequestedSeconds: picture.timestampRequestedSeconds,
    timestampSeconds: picture.timestampSeconds,
    ...(picture.hasDecodeErrors && { decodeErrors: true }),
    ...(isAutomatic && { timestampRequested: "auto" }),
    ...(isAutomatic && chosen && { score: chosen.score, verdicts: chosen.verdicts }),
  };
}

function toSeconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
