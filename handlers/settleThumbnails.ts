import { DeleteObjectCommand, HeadObjectCommand, NotFound, S3ServiceException } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { asciiJson } from "../contract/asciiJson";
import { isThumbnailOf, thumbnailFormats, thumbnailKey, thumbnailMetadata } from "../contract/outputs";
import type { ThumbnailFormat } from "../contract/outputs";
import { jobOfListed, reasonToIgnore } from "../contract/uploads";
import type { ListedObject } from "../contract/uploads";
import { findVideo, outputNames, outputPrefixes } from "./bucketVideos";
import { required } from "./environment";
import type { Environment } from "./environment";

/** The clients that settling a video's thumbnails needs. */
export interface SettlingClients {
  s3: S3Client;
  sqs: SQSClient;
}

/** Something at the key of a thumbnail. */
interface Found {
  readonly key: string;
  readonly format: ThumbnailFormat;
  readonly eTag: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Makes a video's thumbnails agree with it, whatever has happened to either, in any order: those of a video that is gone
 * are deleted, in every format that the stack may have had; one that is there without a thumbnail of its present version
 * (it was uploaded again meanwhile, or an earlier version is the current one again) gets a job.
 *
 * The thumbnail is looked at before the video, and deleted only if it is still that one; then the video is looked at
 * again, since one that has come back may have got a thumbnail that is the same byte for byte. See makeThumbnail.
 */
export async function settleThumbnails(
  env: Environment,
  clients: SettlingClients,
  bucket: string,
  videoKey: string,
  news: "video removed" | "thumbnail stored",
): Promise<void> {
  const { s3 } = clients;
  const names = outputNames(env);
  const found: Found[] = [];
  for (const format of thumbnailFormats) {
    const thumbnail = await look(s3, bucket, thumbnailKey(videoKey, { ...names, format }), format);
    if (thumbnail !== undefined) found.push(thumbnail);
  }
  const own = found.filter(({ metadata }) => isThumbnailOf(videoKey, metadata));
  const video = await findVideo(s3, bucket, videoKey);
  if (video !== undefined) {
    const present = found.find(({ format }) => format === names.format);
    const isAnothers = present !== undefined && !own.includes(present);
    if (!isAnothers && isOutdated(present?.metadata, video, news)) await sendJob(env, clients, bucket, video);
    return;
  }
  for (const thumbnail of own) await remove(s3, bucket, thumbnail);
  if (own.length === 0) return;
  const back = await findVideo(s3, bucket, videoKey);
  if (back !== undefined) await sendJob(env, clients, bucket, back);
}

async function look(
  s3: S3Client,
  bucket: string,
  key: string,
  format: ThumbnailFormat,
): Promise<Found | undefined> {
  try {
    const { ETag, Metadata = {} } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return { key, format, eTag: ETag, metadata: Metadata };
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/**
 * Whether a thumbnail may be of another version than the video's present one; to the second, which is all that a GET tells.
 * Of a thumbnail that was just stored only a video that is newer makes an outdated one, so that none is ever asked for
 * again by its own arrival. Of thumbnails made before they told the time, the ETag tells.
 */
function isOutdated(
  metadata: Found["metadata"] | undefined,
  { LastModified, ETag = "" }: ListedObject,
  news: "video removed" | "thumbnail stored",
): boolean {
  const told = metadata?.[thumbnailMetadata.videoLastModified];
  if (told === undefined) return metadata?.[thumbnailMetadata.videoETag] !== ETag.replaceAll('"', "");
  const laterMs = Math.floor(LastModified.getTime() / 1000) * 1000 - Date.parse(told);
  return news === "thumbnail stored" ? laterMs > 0 : laterMs !== 0;
}

/** Whoever has stored another one meanwhile sees to it. */
async function remove(s3: S3Client, bucket: string, { key, eTag }: Found): Promise<void> {
  try {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: eTag }));
    console.log({ event: "thumbnail-removed", key });
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status !== 404 && status !== 409 && status !== 412) throw error;
    console.log({ event: "thumbnail-changed", key });
  }
}

/** superviseWorkers sees to the worker. */
async function sendJob(
  env: Environment,
  { sqs }: SettlingClients,
  bucket: string,
  video: ListedObject,
): Promise<void> {
  const job = jobOfListed(bucket, video);
  if (reasonToIgnore(job, outputPrefixes(env)) !== undefined) return;
  const requestedAt = new Date().toISOString();
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: required(env, "JOB_QUEUE_URL"),
      MessageBody: asciiJson({ ...job, requestedAt }),
    }),
  );
  console.log({ event: "job-queued-again", key: job.key });
}
