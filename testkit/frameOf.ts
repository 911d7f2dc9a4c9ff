import { Allowance } from "../worker/child/allowance";
import { CachedVideo } from "../worker/source/cachedVideo";
import { LoopbackServer } from "../worker/source/loopbackServer";
import type { Rendition } from "../contract/extras";
import type { ThumbnailFormat } from "../contract/outputs";
import type { Picture } from "../worker/takePicture";
import { takePicture } from "../worker/takePicture";
import type { RangedSource } from "../worker/source/rangedSource";
import { parseTimestamp } from "../contract/timestamp";

/** A video in memory, read as one in S3 is. */
export function memorySource(content: Buffer): RangedSource {
  return {
    read: ({ start, end }) =>
      Promise.resolve({
        bytes: content.subarray(start, end),
        totalBytes: content.length,
        eTag: '"one"',
        metadata: {},
      }),
  };
}

export interface Wanted {
  readonly at: string;
  readonly format?: ThumbnailFormat;
  readonly widthPixels?: number;
  readonly renditions?: readonly Rendition[];
  readonly allowance?: Allowance;
}

/** The frame of a video, taken as the worker takes it but for S3 and SQS. */
export async function frameOf(
  content: Buffer | RangedSource,
  { at, format = "png", widthPixels = 1280, renditions = [], allowance = new Allowance() }: Wanted,
): Promise<Picture & { bytesRead: number; requests: number }> {
  const signal = new AbortController().signal;
  const loopback = await LoopbackServer.start();
  try {
    const source = Buffer.isBuffer(content) ? memorySource(content) : content;
    const video = await CachedVideo.open(source, signal);
    const tools = { loopback, thumbnail: { format, widthPixels }, renditions, allowance: () => allowance };
    const frame = await takePicture(tools, video, parseTimestamp(at), signal);
    video.close();
    return { ...frame, bytesRead: video.bytesRead, requests: video.requests };
  } finally {
    loopback.stop();
  }
}
