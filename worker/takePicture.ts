import type { ThumbnailSettings } from "./environment";
import type { Frame } from "./picture/frame";
import { takeFrame } from "./picture/frame";
import type { CachedVideo } from "./source/cachedVideo";
import type { LoopbackServer } from "./source/loopbackServer";
import type { Timestamp } from "../contract/timestamp";
import { probe } from "./video/probe";

/** Makes the picture of a video: ffprobe and ffmpeg read it from the worker, on loopback. */
export function takePicture(
  { loopback, thumbnail }: { readonly loopback: LoopbackServer; readonly thumbnail: ThumbnailSettings },
  video: CachedVideo,
  timestamp: Timestamp,
  signal: AbortSignal,
): Promise<Frame> {
  return loopback.serving(video, async (url) => {
    const track = await trusting(video, probe(url, signal));
    const decoded = (part: number) => {
      video.decoded(part);
    };
    return trusting(video, takeFrame({ url, decoded }, track, timestamp, thumbnail, signal));
  });
}

/** What ffmpeg made of a video counts only if all of it that ffmpeg asked for could be read. */
async function trusting<T>(video: CachedVideo, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    video.throwIfFaulty();
  }
}
