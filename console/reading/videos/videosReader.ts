import { videoKeyOfThumbnail } from "../../../contract/outputs";
import { isVideoKey } from "../../../contract/videoKeys";
import { objectPages } from "../../../ops/videos/listing";
import { videoKeysOf, type Stack } from "../../../ops/stack";
import type { VideoSummary } from "../../messages";
import type { Context } from "../../server/context";
import { loop } from "../loop";
import { reading } from "../read";

/** S3 lists so many objects at once. */
const pageKeys = 1000;

/**
 * Lists the thumbnails while a page is open: every `idleSeconds`, and of a large bucket as much less often as its list has
 * more pages, so that a list of a hundred thousand costs no more by the hour than one of a thousand.
 */
export function readVideos({ stack, live, info, videos, stopping }: Context): void {
  let listedAtMs = 0;
  let waitSeconds = 0;
  const listings = loop(async () => {
    if (!live.isWatched) return undefined;
    const leftSeconds = waitSeconds - (Date.now() - listedAtMs) / 1000;
    if (leftSeconds > 0) return leftSeconds;
    videos.listing();
    const all = await reading(stack, thumbnailsOf(stack, stopping));
    listedAtMs = Date.now();
    if (stopping.aborted) return undefined;
    if ("problem" in all) live.tell({ name: "videos", data: all });
    else videos.listed(all.value);
    const pages = "problem" in all ? 1 : Math.max(1, Math.ceil(all.value.length / pageKeys));
    waitSeconds = info.idleSeconds * pages;
    return waitSeconds;
  }, stopping);
  live.onWatched(() => {
    listings.now();
  });
}

async function thumbnailsOf(stack: Stack, stopping: AbortSignal): Promise<VideoSummary[]> {
  const {
    outputBucketName,
    thumbnailKeyPrefix: prefix,
    thumbnailFormat: format,
    videoSuffixes,
  } = stack.outputs;
  const keys = videoKeysOf(stack.outputs);
  const found: VideoSummary[] = [];
  for await (const page of objectPages(stack.s3, outputBucketName, prefix, undefined, [])) {
    for (const { Key: thumbnail, ETag = "", LastModified } of page) {
      const key = videoKeyOfThumbnail(thumbnail, { prefix, format, videoSuffixes });
      if (key === undefined || !isVideoKey(key, keys)) continue;
      found.push({ key, thumbnail, storedAt: LastModified.toISOString(), eTag: ETag.replaceAll('"', "") });
    }
    if (stopping.aborted) break;
  }
  return found;
}
