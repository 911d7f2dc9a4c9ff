import type { S3Event } from "aws-lambda";
import { videoKeyOfThumbnail } from "../contract/outputs";
import { objectKey } from "../contract/uploads";
import { s3Client, sqsClient } from "./awsClients";
import { outputNames, outputPrefixes } from "./bucketVideos";
import type { Environment } from "./environment";
import { forEachRecord } from "./s3Events";
import { settleThumbnails } from "./settleThumbnails";
import type { SettlingClients } from "./settleThumbnails";

/** Makes the handler of S3's ObjectRemoved and LifecycleExpiration events for videos: their thumbnails go, too. */
export function onVideoRemoved(
  env: Environment,
  clients: SettlingClients = { s3: s3Client(), sqs: sqsClient() },
): (event: S3Event) => Promise<void> {
  return async (event) => {
    const prefixes = outputPrefixes(env);
    await forEachRecord(event, async (record) => {
      const key = objectKey(record);
      if (prefixes.some((prefix) => key.startsWith(prefix))) return;
      await settleThumbnails(env, clients, record.s3.bucket.name, key, "video removed");
    });
  };
}

/**
 * Makes a handler of S3's ObjectCreated events for thumbnails that first sees to it that each one's video is still there:
 * a worker that died while it stored one cannot. `handle` then finds no thumbnail to tell of.
 */
export function settledFirst(
  env: Environment,
  handle: (event: S3Event) => Promise<void>,
  clients: SettlingClients = { s3: s3Client(), sqs: sqsClient() },
): (event: S3Event) => Promise<void> {
  return async (event) => {
    await forEachRecord(event, async (record) => {
      const videoKey = videoKeyOfThumbnail(objectKey(record), outputNames(env));
      if (videoKey === undefined) return;
      await settleThumbnails(env, clients, record.s3.bucket.name, videoKey, "thumbnail stored");
    });
    await handle(event);
  };
}
