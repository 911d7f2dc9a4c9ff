import { HeadObjectCommand, NotFound, type HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import { manifestName, parseExtraKey } from "../../contract/extras";
import type { Job } from "../../contract/job";
import { objectEventsIn, readObjectEvent } from "../../contract/objectEvents";
import { videoKeyLeftOut, videoKeyOf } from "../../contract/outputs";
import { shown } from "../../contract/shown";
import { jobOf, jobOfListed, reasonToIgnore } from "../../contract/uploads";
import { isOfEventBridge, isOfS3, readFailedEvent } from "./failedEvent";
import type { ReceivedMessage } from "./queueMessages";
import type { Stack } from "../stack";

/** What is to be done about an event that came to nothing. */
export interface EventJobs {
  jobs: Job[];
  /** Why there is no job of the event, or of an object in it, and need be none; each a sentence. */
  needless: string[];
}

/**
 * The jobs that make up for an event that a Lambda failed on, or that EventBridge could not give to it. Of an upload: its
 * own job. Of a thumbnail that nobody was told of, or of a manifest: its video's, since what is made anew is told of. Of
 * superviseWorkers: none, it runs every minute.
 * @throws Error that says why an object of the event is left to a person
 */
export async function jobsOfEvent(stack: Stack, message: ReceivedMessage): Promise<EventJobs> {
  const { event, function: functionName } = readFailedEvent(message);
  if (!isOfS3(event)) {
    if (!isOfEventBridge(event)) throw new Error("a message that is no event of S3's or EventBridge's");
    return { jobs: [], needless: [`an event of ${shown(functionName)}, which the next one makes up for`] };
  }
  const requestedAt = new Date().toISOString();
  const found = await Promise.all(
    objectEventsIn(event).map(async (part) => jobOrReason(stack, jobOf(readObjectEvent(part)))),
  );
  return {
    jobs: found.flatMap((one) => (typeof one === "string" ? [] : [{ ...one, requestedAt }])),
    needless: found.filter((one) => typeof one === "string"),
  };
}

/** The job that an object of an event needs, or why it needs none. */
async function jobOrReason(stack: Stack, job: Job): Promise<Job | string> {
  const { bucketName, outputBucketName, thumbnailKeyPrefix, extrasKeyPrefix, videoPrefixes } = stack.outputs;
  if (job.bucket === outputBucketName) {
    if (job.key.startsWith(thumbnailKeyPrefix)) return jobOfThumbnail(stack, job);
    const extra = parseExtraKey(job.key, extrasKeyPrefix);
    if (extra?.name === manifestName) return jobOfManifest(stack, job, extra.videoKey);
  }
  if (job.bucket !== bucketName) {
    throw new Error(`${shown(job.key)} is in the bucket ${shown(job.bucket)}, not in ${bucketName}`);
  }
  const ignored = reasonToIgnore(job, [thumbnailKeyPrefix, extrasKeyPrefix], videoPrefixes);
  return ignored === undefined ? job : `${shown(job.key)}: ${ignored}`;
}

/** The job of the video that a thumbnail was made of, or why nobody needs to be told of the thumbnail. */
async function jobOfThumbnail(stack: Stack, { bucket, key }: Job): Promise<Job | string> {
  const thumbnail = await headOf(stack, bucket, key);
  if (thumbnail === undefined) return `${shown(key)} is gone`;
  const told = videoKeyOf(thumbnail.Metadata);
  const { thumbnailKeyPrefix: prefix, thumbnailFormat: format, videoSuffixes } = stack.outputs;
  const videoKey = told ?? videoKeyLeftOut(key, { prefix, format, videoSuffixes });
  const video = videoKey === undefined ? undefined : await jobOfVideo(stack, videoKey);
  if (video !== undefined) return video;
  throw new Error(
    told === undefined
      ? `${shown(key)} names no video that could be made anew: tell of it yourself, or upload it again`
      : `${shown(key)} is of ${shown(told)}, which is gone: tell of it yourself, or upload it again`,
  );
}

/** The job of the video that a manifest is of, or why nobody needs to be told of the manifest. */
async function jobOfManifest(stack: Stack, { bucket, key }: Job, videoKey: string): Promise<Job | string> {
  if ((await headOf(stack, bucket, key)) === undefined) return `${shown(key)} is gone`;
  const video = await jobOfVideo(stack, videoKey);
  if (video !== undefined) return video;
  throw new Error(
    `${shown(key)} is of ${shown(videoKey)}, which is gone: tell of it yourself, or upload it again`,
  );
}

/** Undefined when there is no such video. */
async function jobOfVideo(stack: Stack, key: string): Promise<Job | undefined> {
  const { bucketName: bucket } = stack.outputs;
  const video = await headOf(stack, bucket, key);
  if (video === undefined) return undefined;
  const { ETag, ContentLength: Size, LastModified = new Date() } = video;
  return jobOfListed(bucket, { Key: key, ETag, Size, LastModified });
}

async function headOf(
  { s3 }: Stack,
  bucket: string,
  key: string,
): Promise<HeadObjectCommandOutput | undefined> {
  try {
    return await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
