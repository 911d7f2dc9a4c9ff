import type { S3Client } from "@aws-sdk/client-s3";
import type { Allowance } from "./child/allowance";
import { CachedVideo } from "./source/cachedVideo";
import type { ThumbnailSettings } from "./environment";
import { takeFrame } from "./picture/frame";
import type { WorkerLogEvent } from "../contract/workerLog";
import type { LoopbackServer } from "./source/loopbackServer";
import { probe } from "./video/probe";
import type { RangedSource } from "./source/rangedSource";
import { assertStorable, storeThumbnail } from "./storing/store";
import type { Timestamp } from "../contract/timestamp";

/** What every thumbnail of a worker is made with. */
export interface Workshop {
  readonly s3: S3Client;
  readonly loopback: LoopbackServer;
  readonly thumbnail: ThumbnailSettings;
  /** What the child processes of one job may use: a new one for each job. */
  readonly allowance: () => Allowance;
}

/** One video, and where its thumbnail goes. */
export interface ThumbnailOrder {
  readonly source: RangedSource;
  readonly videoKey: string;
  /** Whether the thumbnail names its video, which must then be in `outputBucket`; it does unless told otherwise. */
  readonly namesVideo?: boolean;
  /** Which timestamp to use, once the video's metadata is known. */
  readonly chooseTimestamp: (metadata: Readonly<Record<string, string>>) => Timestamp;
  readonly outputBucket: string;
  readonly outputKey: string;
}

/**
 * From a video to its stored thumbnail. Gives what there is to tell of it; throws UnusableVideoError when the video
 * can never give one, and any other error for a fault that may pass.
 */
export async function makeThumbnail(
  { s3, loopback, thumbnail, allowance }: Workshop,
  order: ThumbnailOrder,
  signal: AbortSignal,
): Promise<WorkerLogEvent & { event: "thumbnail-stored" }> {
  const startedAt = performance.now();
  assertStorable(order.outputKey);
  const video = await CachedVideo.open(order.source, signal);
  const timestamp = order.chooseTimestamp(video.metadata);
  const ffmpegStartedAt = performance.now();
  const frame = await loopback
    .serving(video, async (url) => {
      const decoded = (part: number) => {
        video.decoded(part);
      };
      const served = { url, allowance: allowance(), decoded };
      const track = await trusting(video, probe(served, signal));
      return trusting(video, takeFrame(served, track, timestamp, thumbnail, signal));
    })
    .finally(() => {
      video.close();
    });
  const ffmpegSeconds = secondsSince(ffmpegStartedAt);
  // Another worker may be done already with the video that was uploaded in its place meanwhile.
  await video.assertUnchanged();
  await storeThumbnail(
    s3,
    frame,
    {
      bucket: order.outputBucket,
      key: order.outputKey,
      format: thumbnail.format,
      videoKey: order.namesVideo === false ? undefined : order.videoKey,
      videoETag: video.eTag,
    },
    signal,
  );
  return {
    level: "info",
    event: "thumbnail-stored",
    key: order.videoKey,
    thumbnail: order.outputKey,
    bucket: order.outputBucket,
    seconds: secondsSince(startedAt),
    ffmpegSeconds,
    bytesRead: video.bytesRead,
    requests: video.requests,
    videoBytes: video.totalBytes,
    width: frame.width,
    height: frame.height,
    timestampRequestedSeconds: frame.timestampRequestedSeconds,
    timestampSeconds: frame.timestampSeconds,
  };
}

function secondsSince(start: number): number {
  return Math.round(performance.now() - start) / 1000;
}

/** What ffmpeg made of a video counts only if all of it that ffmpeg asked for could be read. */
async function trusting<T>(video: CachedVideo, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    video.throwIfFaulty();
  }
}
