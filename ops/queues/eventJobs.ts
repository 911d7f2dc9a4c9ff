import { HeadObjectCommand, NotFound } from "@aws-sdk/client-s3";
import type { Job } from "../../contract/job";
import { videoKeyOf } from "../../contract/outputs";
import { jobOf, reasonToIgnore } from "../../contract/uploads";
import { readFailedEvent, recordsOf } from "./failedEvent";
import type { ReceivedMessage } from "./queueMessages";
import type { Stack } from "../stack";

/**
 * The jobs that make up for an event that a Lambda failed on. Of an upload: its own job. Of a thumbnail that nobody was
 * told of: its video's, since the thumbnail made anew is told of. Of superviseWorkers: none, it runs every minute.
 */
export async function jobsOfEvent(stack: Stack, message: ReceivedMessage): Promise<Job[]> {
  const requestedAt = new Date().toISOString();
  const records = recordsOf(readFailedEvent(message).event);
  const jobs = await Promise.all(
    records.map(async (record) => {
      const job = jobOf(record);
      return job.key.startsWith(stack.outputs.thumbnailKeyPrefix) ? jobOfThumbnail(stack, job) : job;
    }),
  );
  return jobs
    .filter((job) => job !== undefined)
    .filter((job) => reasonToIgnore(job, stack.outputs.thumbnailKeyPrefix) === undefined)
    .map((job) => ({ ...job, requestedAt }));
}

/** The job of the video that a thumbnail was made of; none when either of them is gone, or it is no thumbnail. */
async function jobOfThumbnail({ s3 }: Stack, { bucket, key }: Job): Promise<Job | undefined> {
  try {
    const thumbnail = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    const videoKey = videoKeyOf(thumbnail.Metadata);
    if (videoKey === undefined) return undefined;
    const video = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: videoKey }));
    return {
      version: 1,
      bucket,
      key: videoKey,
      eTag: (video.ETag ?? "").replaceAll('"', ""),
      size: video.ContentLength ?? 0,
      uploadedAt: (video.LastModified ?? new Date()).toISOString(),
    };
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
