import type { S3Client } from "@aws-sdk/client-s3";
import { extraKey, manifestName } from "../../contract/extras";
import type { Job } from "../../contract/job";
import { thumbnailKey } from "../../contract/outputs";
import { jobOfListed } from "../../contract/uploads";
import { isVideoKey } from "../../contract/videoKeys";
import { outputPrefixesOf, videoKeysOf, type Stack } from "../stack";
import { byBytes, objectPages, timesOf, type StoredObject } from "./listing";
import { videosOfSettings } from "./manifests";

export interface VideoSelection {
  /** What keys must begin with; empty for all. */
  prefix: string;
  /** Keys up to this one are left out. */
  startAfter: string | undefined;
  /** Also those of which all is made. */
  remake: boolean;
}

/** A video of the bucket of which something is to be made. */
export interface FoundVideo {
  job: Job;
  /** It lies in an archive, and nobody can read it before it is restored. */
  isArchived: boolean;
  /** What it has not, or not of this upload; null where it is asked for all the same. */
  lacks: Lack | null;
}

/** Its thumbnail, and with it all else; or only what the settings ask for besides. */
export type Lack = "thumbnail" | "outputs";

/**
 * The videos of the bucket that an upload would have queued and that have no thumbnail newer than themselves, or not all
 * outputs that the settings ask for, in the order of their keys. Costs about two LIST requests for each thousand videos,
 * and keeps no more than those in memory. Where the settings ask for more than thumbnails, it costs as many LIST requests
 * more as there are thousands of extras, and a GET for each video that has a manifest newer than itself.
 */
export async function* videosToMake(stack: Stack, selection: VideoSelection): AsyncGenerator<FoundVideo> {
  const { s3, outputs } = stack;
  const { bucketName: bucket, thumbnailKeyPrefix, thumbnailFormat: format, videoSuffixes } = outputs;
  const names = { format, prefix: thumbnailKeyPrefix, videoSuffixes };
  const keys = videoKeysOf(outputs);
  const { remake } = selection;
  for await (const page of pagesOfVideos(stack, selection)) {
    const videos = page
      // An empty object is no video, as of an upload.
      .filter(({ Key, Size = 0 }) => isVideoKey(Key, keys) && Size > 0)
      .map((object) => ({
        job: jobOfListed(bucket, object),
        isArchived: isArchived(object),
        thumbnail: thumbnailKey(object.Key, names),
      }));
    if (remake) {
      for (const { job, isArchived } of videos) yield { job, isArchived, lacks: null };
      continue;
    }
    const hasThumbnail = await newerThan(
      s3,
      outputs.outputBucketName,
      videos.map(({ job, thumbnail }) => ({ job, key: thumbnail })),
    );
    const withThumbnail = videos.filter(({ job }) => hasThumbnail.has(job)).map(({ job }) => job);
    const hasOutputs = await withOutputs(stack, withThumbnail);
    for (const { job, isArchived } of videos) {
      if (!hasThumbnail.has(job)) yield { job, isArchived, lacks: "thumbnail" };
      else if (!hasOutputs.has(job)) yield { job, isArchived, lacks: "outputs" };
    }
  }
}

/** Of the bucket only what is under the prefixes of videos is listed, in the order of the keys. */
async function* pagesOfVideos(
  { s3, outputs }: Stack,
  { prefix, startAfter }: VideoSelection,
): AsyncGenerator<StoredObject[]> {
  const skipped = outputPrefixesOf(outputs);
  for (const within of prefixesWithin(outputs.videoPrefixes, prefix))
    yield* objectPages(s3, outputs.bucketName, within, startAfter, skipped);
}

/**
 * What the keys of videos that begin with `prefix` begin with, in the order of S3's lists; none where no video's key does. Of
 * a stack's prefixes none begins with another.
 */
export function prefixesWithin(videoPrefixes: readonly string[], prefix: string): string[] {
  if (videoPrefixes.length === 0) return [prefix];
  return videoPrefixes
    .filter((one) => one.startsWith(prefix) || prefix.startsWith(one))
    .map((one) => (one.length > prefix.length ? one : prefix))
    .sort(byBytes);
}

/** Those of which all is made that the settings ask for; without such settings all, and nothing is asked. */
async function withOutputs(stack: Stack, videos: readonly Job[]): Promise<Set<Job>> {
  const { outputBucketName, extrasKeyPrefix, extrasAskedFor } = stack.outputs;
  if (extrasAskedFor === "") return new Set(videos);
  const manifests = videos.map((job) => ({ job, key: extraKey(job.key, manifestName, extrasKeyPrefix) }));
  const listed = await newerThan(stack.s3, outputBucketName, manifests);
  return videosOfSettings(stack, [...listed]);
}

/** The jobs whose object with this key is not older than their video. */
async function newerThan(
  s3: S3Client,
  bucket: string,
  made: readonly { job: Job; key: string }[],
): Promise<Set<Job>> {
  const times = await timesOf(
    s3,
    bucket,
    made.map(({ key }) => key),
  );
  // S3 keeps whole seconds: what is of the same second counts as newer.
  const isNewer = ({ job, key }: { job: Job; key: string }) => {
    const storedAt = times.get(key);
    return storedAt !== undefined && storedAt >= new Date(job.uploadedAt);
  };
  return new Set(made.filter(isNewer).map(({ job }) => job));
}

/**
 * Of the storage classes, GLACIER_IR is read as any other, and a listing does not tell what INTELLIGENT_TIERING has
 * archived. A restored copy has a day on which it expires.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
function isArchived({ StorageClass, RestoreStatus }: StoredObject): boolean {
  const archives: (string | undefined)[] = ["GLACIER", "DEEP_ARCHIVE"];
  return archives.includes(StorageClass) && RestoreStatus?.RestoreExpiryDate === undefined;
}
