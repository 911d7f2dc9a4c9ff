import type { S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { asciiJson } from "../../contract/asciiJson";
import { jobOfListed } from "../../contract/uploads";
import type { ListedObject } from "../../contract/uploads";
import { isVideoKey } from "../../contract/videoKeys";
import { bucketsOf, findVideo, videoKeys } from "../bucketVideos";
import { required } from "../environment";
import type { Environment } from "../environment";
import { areExtrasOutdated, findExtras, isManifestOutdated, makesExtras, removeExtras } from "./extras";
import { findThumbnails, isThumbnailOutdated, removeThumbnails } from "./thumbnails";

/** The clients that settling a video's outputs needs. */
export interface SettlingClients {
  s3: S3Client;
  sqs: SQSClient;
}

/** What has happened to a video or to what is made of it. */
export type News = "video removed" | "thumbnail stored" | "manifest stored";

/**
 * Makes what was made of a video agree with it, whatever has happened to either, in any order: the thumbnails (in every
 * format that the stack may have had) and extras of a video that is gone are deleted; one that is there without those of
 * its present version (it was uploaded again meanwhile, or an earlier version is the current one again) gets a job. Of a key that
 * is no video's nothing is looked at.
 *
 * The outputs are looked at before the video, and each is deleted only if it is still that one; then the video is looked at
 * again, since one that has come back may have got outputs that are the same byte for byte. See makeThumbnail.
 */
export async function settleOutputs(
  env: Environment,
  clients: SettlingClients,
  eventBucket: string,
  videoKey: string,
  news: News,
): Promise<void> {
  if (!isVideoKey(videoKey, videoKeys(env))) return;
  const { s3 } = clients;
  const buckets = bucketsOf(env, eventBucket);
  const thumbnails = await findThumbnails(env, s3, buckets, videoKey);
  const extras = makesExtras(env) ? await findExtras(env, s3, buckets, videoKey) : [];
  const video = await findVideo(s3, buckets.videos, videoKey);
  if (video !== undefined) {
    const isOutdated =
      news === "manifest stored"
        ? await isManifestOutdated(env, s3, buckets, video)
        : isThumbnailOutdated(thumbnails, video, news) ||
          (news === "video removed" && (await areExtrasOutdated(env, s3, buckets, video, extras)));
    if (isOutdated && !thumbnails.isAnothers) await sendJob(env, clients, buckets.videos, video);
    return;
  }
  if (thumbnails.own.length + extras.length === 0) return;
  if (await removeExtras(env, s3, buckets, videoKey, extras)) await removeThumbnails(s3, buckets, thumbnails);
  const back = await findVideo(s3, buckets.videos, videoKey);
  if (back !== undefined) await sendJob(env, clients, buckets.videos, back);
}

/** superviseWorkers sees to the worker. */
async function sendJob(
  env: Environment,
  { sqs }: SettlingClients,
  bucket: string,
  video: ListedObject,
): Promise<void> {
  const job = jobOfListed(bucket, video);
  // An empty object is no video, as of an upload.
  if (job.size === 0) return;
  const requestedAt = new Date().toISOString();
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: required(env, "JOB_QUEUE_URL"),
      MessageBody: asciiJson({ ...job, requestedAt }),
    }),
  );
  console.log({ event: "job-queued-again", key: job.key });
}
