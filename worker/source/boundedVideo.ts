import type { CachedVideo } from "./cachedVideo";
import type { ServableVideo } from "./loopbackServer";

/** A video of which no more than about `maxBytes` besides what is at hand is read: from there on it can not be read. */
export function boundedVideo(video: CachedVideo, maxBytes: number): ServableVideo {
  const readBefore = video.bytesRead;
  return {
    totalBytes: video.totalBytes,
    read: (range, signal) => {
      if (video.bytesRead - readBefore > maxBytes)
        return Promise.reject(new Error(`more than ${maxBytes} bytes of the video would be read`));
      return video.read(range, signal);
    },
  };
}
