import { ListObjectsV2Command, type S3Client, type _Object } from "@aws-sdk/client-s3";
import type { Job } from "../contract/job";
import { thumbnailKey } from "../contract/outputs";
import { jobOfListed, listedKey, reasonToIgnore, type ListedObject } from "../contract/uploads";
import type { Stack } from "./stack";

export interface VideoSelection {
  /** What keys must begin with; empty for all. */
  prefix: string;
  /** Keys up to this one are left out. */
  startAfter: string | undefined;
  /** Also those that have a newer thumbnail. */
  remake: boolean;
}

/** A video of the bucket that is to have a thumbnail. */
export interface FoundVideo {
  job: Job;
  /** It lies in an archive, and nobody can read it before it is restored. */
  isArchived: boolean;
}

/** An object as a listing tells of it. */
type StoredObject = ListedObject & Pick<_Object, "StorageClass" | "RestoreStatus">;

/**
 * The videos of the bucket that an upload would have queued and that have no thumbnail newer than themselves, in the order
 * of their keys. Costs about two LIST requests for each thousand videos, and keeps no more than those in memory.
 */
export async function* videosWithoutThumbnail(
  { s3, outputs }: Stack,
  { prefix, startAfter, remake }: VideoSelection,
): AsyncGenerator<FoundVideo> {
  const { bucketName: bucket, thumbnailKeyPrefix, thumbnailFormat: format, videoSuffixes } = outputs;
  const skipped = [thumbnailKeyPrefix, outputs.extrasKeyPrefix];
  const names = { format, prefix: thumbnailKeyPrefix, videoSuffixes };
  for await (const page of videoPages(s3, bucket, prefix, startAfter, skipped)) {
    const videos = page
      .filter(({ Key }) => videoSuffixes.some((suffix) => Key.endsWith(suffix)))
      .map((object) => ({
        job: jobOfListed(bucket, object),
        isArchived: isArchived(object),
        thumbnail: thumbnailKey(object.Key, names),
      }))
      .filter(({ job }) => reasonToIgnore(job, skipped) === undefined);
    const storedAt = remake
      ? new Map<string, Date>()
      : await timesOf(
          s3,
          bucket,
          videos.map(({ thumbnail }) => thumbnail),
        );
    for (const { job, isArchived, thumbnail } of videos) {
      // S3 keeps whole seconds: a thumbnail of the same second counts as newer.
      const thumbnailAt = storedAt.get(thumbnail);
      if (thumbnailAt === undefined || thumbnailAt < new Date(job.uploadedAt)) {
        yield { job, isArchived };
      }
    }
  }
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

/** The bucket's objects page by page; those under `skipped` are jumped over. */
async function* videoPages(
  s3: S3Client,
  bucket: string,
  prefix: string,
  startAfter: string | undefined,
  skipped: readonly string[],
): AsyncGenerator<StoredObject[]> {
  let after = startAfter;
  for (;;) {
    const { objects, isLast } = await listPage(s3, bucket, prefix, after);
    yield objects;
    const last = objects.at(-1)?.Key;
    if (isLast || last === undefined) return;
    const within = skipped.find((keyPrefix) => last.startsWith(keyPrefix));
    after = within === undefined ? last : endOf(within);
  }
}

/** The first key after all that begin with `prefix` (`thumb0` after `thumb/`); it has no suffix, and is no video. */
function endOf(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

/** When the objects of these keys were stored; those that do not exist are left out. */
async function timesOf(s3: S3Client, bucket: string, keys: string[]): Promise<Map<string, Date>> {
  const sorted = [...keys].sort(byBytes);
  const [first, last] = [sorted.at(0), sorted.at(-1)];
  const times = new Map<string, Date>();
  if (first === undefined || last === undefined) return times;
  const wanted = new Set(keys);
  // A key comes after all that it begins with: after its own beginning, the listing has the key itself.
  let after: string | undefined = first.slice(0, -1);
  while (after !== undefined) {
    const { objects, isLast } = await listPage(s3, bucket, "", after);
    for (const { Key, LastModified } of objects) if (wanted.has(Key)) times.set(Key, LastModified);
    const end: string | undefined = objects.at(-1)?.Key;
    after = isLast || end === undefined || byBytes(end, last) >= 0 ? undefined : end;
  }
  return times;
}

/** The order in which S3 lists keys, that of their bytes in UTF-8. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

async function listPage(
  s3: S3Client,
  bucket: string,
  prefix: string,
  startAfter: string | undefined,
): Promise<{ objects: StoredObject[]; isLast: boolean }> {
  const {
    Contents = [],
    IsTruncated,
    EncodingType,
  } = await s3.send(
    new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      EncodingType: "url",
      OptionalObjectAttributes: ["RestoreStatus"],
      ...(startAfter !== undefined && { StartAfter: startAfter }),
    }),
  );
  const objects = (Contents as StoredObject[]).map((object) => ({
    ...object,
    Key: listedKey(object.Key, EncodingType),
  }));
  return { objects, isLast: IsTruncated !== true };
}
