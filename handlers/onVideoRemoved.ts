import type { S3Event } from "aws-lambda";
import { isVideoName, videoKeyOfThumbnail } from "../contract/outputs";
import { objectKey } from "../contract/uploads";
import { s3Client, sqsClient } from "./awsClients";
import { videoKeyOfManifest } from "./bucketManifests";
import { outputNames, outputPrefixes } from "./bucketVideos";
import type { Environment } from "./environment";
import { forEachRecord } from "./s3Events";
import { settleOutputs } from "./settling/settleOutputs";
import type { News, SettlingClients } from "./settling/settleOutputs";

/** Makes the handler of S3's ObjectRemoved and LifecycleExpiration events for videos: what was made of them goes, too. */
export function onVideoRemoved(
  env: Environment,
  clients: SettlingClients = { s3: s3Client(), sqs: sqsClient() },
): (event: S3Event) => Promise<void> {
  return async (event) => {
    const prefixes = outputPrefixes(env);
    await forEachRecord(event, async (record) => {
      const key = objectKey(record);
      if (prefixes.some((prefix) => key.startsWith(prefix))) return;
      await settleOutputs(env, clients, record.s3.bucket.name, key, "video removed");
    });
  };
}

/**
 * Makes a handler of S3's ObjectCreated events for thumbnails and manifests that first sees to it that each one's video is
 * still there: a worker that died while it stored one cannot. `handle` then finds nothing to tell of.
 */
export function settledFirst(
  env: Environment,
  handle: (event: S3Event) => Promise<void>,
  clients: SettlingClients = { s3: s3Client(), sqs: sqsClient() },
): (event: S3Event) => Promise<void> {
  return async (event) => {
    await forEachRecord(event, async (record) => {
      const stored = storedOutput(env, objectKey(record));
      if (stored === undefined) return;
      await settleOutputs(env, clients, record.s3.bucket.name, stored.videoKey, stored.news);
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
