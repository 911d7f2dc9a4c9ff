import type { CachedVideo } from "./cachedVideo";
import type { ServedBytes } from "./servedBytes";

/**
 * What is served of a video, of which no more than about `maxBytes` besides what is at hand is read: from there on it can
 * not be read.
 */
export function boundedVideo(served: ServedBytes, video: CachedVideo, maxBytes: number): ServedBytes {
  const readBefore = video.bytesRead;
  return {
    totalBytes: served.totalBytes,
    read: (range, signal) => {
      if (video.bytesRead - readBefore > maxBytes)
        return Promise.reject(new Error(`more than ${maxBytes} bytes of the video would be read`));
      return served.read(range, signal);
    },
  };
}
