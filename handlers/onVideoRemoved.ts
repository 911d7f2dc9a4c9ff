import { isVideoName, videoKeyOfThumbnail } from "../contract/outputs";
import { isUnderOneOf } from "../contract/uploads";
import { s3Client, sqsClient } from "./awsClients";
import { videoKeyOfManifest } from "./bucketManifests";
import { outputNames, outputPrefixes, videoPrefixes } from "./bucketVideos";
import type { Environment } from "./environment";
import { forEachObject } from "./s3Events";
import { settleOutputs } from "./settling/settleOutputs";
import type { News, SettlingClients } from "./settling/settleOutputs";

/** Makes the handler of S3's events of videos that were deleted or have expired: what was made of them goes, too. */
export function onVideoRemoved(
  env: Environment,
  clients: SettlingClients = { s3: s3Client(), sqs: sqsClient() },
): (event: unknown) => Promise<void> {
  return async (event) => {
    const outputs = outputPrefixes(env);
    const prefixes = videoPrefixes(env);
    await forEachObject(event, async ({ bucket, key }) => {
      if (outputs.some((prefix) => key.startsWith(prefix)) || !isUnderOneOf(prefixes, key)) return;
      await settleOutputs(env, clients, bucket, key, "video removed");
    });
  };
}

/**
 * Makes a handler of S3's events of new thumbnails and manifests that first sees to it that each one's video is still
 * there: a worker that died while it stored one cannot. `handle` then finds nothing to tell of.
 */
export function settledFirst(
  env: Environment,
  handle: (event: unknown) => Promise<void>,
  clients: SettlingClients = { s3: s3Client(), sqs: sqsClient() },
): (event: unknown) => Promise<void> {
  return async (event) => {
    await forEachObject(event, async ({ bucket, key }) => {
      const stored = storedOutput(env, key);
      if (stored === undefined) return;
      await settleOutputs(env, clients, bucket, stored.videoKey, stored.news);
    });
    await handle(event);
  };
}

function storedOutput(env: Environment, key: string): { videoKey: string; news: News } | undefined {
  const names = outputNames(env);
  const ofThumbnail = videoKeyOfThumbnail(key, names);
  if (ofThumbnail !== undefined) return { videoKey: ofThumbnail, news: "thumbnail stored" };
  const ofManifest = videoKeyOfManifest(env, key);
  // A folder with another name than a video's is somebody's own, whatever is in it.
  if (ofManifest === undefined || !isVideoName(ofManifest, names.videoSuffixes)) return undefined;
  return { videoKey: ofManifest, news: "manifest stored" };
}
