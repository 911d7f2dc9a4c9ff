import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { S3Event } from "aws-lambda";
import { videoKeyOfThumbnail } from "../contract/outputs";
import { objectKey } from "../contract/uploads";
import type { Environment } from "./environment";
import { forEachRecord } from "./s3Events";
import { outputNames, settleThumbnails } from "./settleThumbnails";
import type { SettlingClients } from "./settleThumbnails";

/** Makes the handler of S3's ObjectRemoved and LifecycleExpiration events for videos: their thumbnails go, too. */
export function onVideoRemoved(
  env: Environment,
  clients: SettlingClients = { s3: new S3Client({}), sqs: new SQSClient({}) },
): (event: S3Event) => Promise<void> {
  return async (event) => {
    const { prefix } = outputNames(env);
    await forEachRecord(event, async (record) => {
      const key = objectKey(record);
      if (!key.startsWith(prefix)) await settleThumbnails(env, clients, record.s3.bucket.name, key);
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
  clients: SettlingClients = { s3: new S3Client({}), sqs: new SQSClient({}) },
): (event: S3Event) => Promise<void> {
  return async (event) => {
    await forEachRecord(event, async (record) => {
      const videoKey = videoKeyOfThumbnail(objectKey(record), outputNames(env));
      if (videoKey !== undefined) await settleThumbnails(env, clients, record.s3.bucket.name, videoKey);
    });
    await handle(event);
  };
}
