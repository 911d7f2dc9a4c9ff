import type { Allowance } from "./child/allowance";
import type { ThumbnailSettings } from "./environment";
import type { Frame } from "./picture/frame";
import { takeFrame } from "./picture/frame";
import type { CachedVideo } from "./source/cachedVideo";
import type { LoopbackServer } from "./source/loopbackServer";
import type { Timestamp } from "../contract/timestamp";
import { probe } from "./video/probe";

/** What a picture is made with. */
export interface PictureTools {
  readonly loopback: LoopbackServer;
  readonly thumbnail: ThumbnailSettings;
  /** A job's own. */
  readonly allowance: () => Allowance;
}

/** Makes the picture of a video: ffprobe and ffmpeg read it from the worker, on loopback. */
export function takePicture(
  { loopback, thumbnail, allowance }: PictureTools,
  video: CachedVideo,
  timestamp: Timestamp,
  signal: AbortSignal,
): Promise<Frame> {
  return loopback.serving(video, async (url) => {
    const decoded = (part: number) => {
      video.decoded(part);
    };
    const served = { url, allowance: allowance(), decoded };
    const track = await trusting(video, probe(served, signal));
    return trusting(video, takeFrame(served, track, timestamp, thumbnail, signal));
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
