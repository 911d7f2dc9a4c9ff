import { HeadObjectCommand, NotFound } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import {
  isStorableKey,
  isThumbnailOf,
  thumbnailFormats,
  thumbnailKey,
  thumbnailMetadata,
} from "../../contract/outputs";
import type { ThumbnailFormat } from "../../contract/outputs";
import type { ListedObject } from "../../contract/uploads";
import { outputNames } from "../bucketVideos";
import type { Buckets } from "../bucketVideos";
import type { Environment } from "../environment";
import { isOfAnotherVersion, isOfEarlierVersion } from "./madeOf";
import { remove } from "./remove";

/** Something at the key of a thumbnail. */
interface Found {
  readonly key: string;
  readonly format: ThumbnailFormat;
  readonly eTag: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What stands at the keys of a video's thumbnails. */
export interface FoundThumbnails {
  /** Those that were made of the video. */
  readonly own: readonly Found[];
  /** In the format that the stack makes. */
  readonly present: Found | undefined;
  /** What is present is not made of the video: it is left alone. */
  readonly isAnothers: boolean;
}

export async function findThumbnails(
  env: Environment,
  s3: S3Client,
  { outputs }: Buckets,
  videoKey: string,
): Promise<FoundThumbnails> {
  const names = outputNames(env);
  const found: Found[] = [];
  for (const format of thumbnailFormats) {
    const thumbnail = await look(s3, outputs, thumbnailKey(videoKey, { ...names, format }), format);
    if (thumbnail !== undefined) found.push(thumbnail);
  }
  const own = found.filter(({ metadata }) => isThumbnailOf(videoKey, metadata));
  const present = found.find(({ format }) => format === names.format);
  return { own, present, isAnothers: present !== undefined && !own.includes(present) };
}

async function look(
  s3: S3Client,
  bucket: string,
  key: string,
  format: ThumbnailFormat,
): Promise<Found | undefined> {
  // S3 answers 400 to a key that it can not have.
  if (!isStorableKey(key)) return undefined;
  try {
    const { ETag, Metadata = {} } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return { key, format, eTag: ETag, metadata: Metadata };
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/**
 * Whether the thumbnail may be of another version than the video's present one. Of a thumbnail that was just stored only a
 * video that is newer makes an outdated one, so that none is ever asked for again by its own arrival.
 */
export function isThumbnailOutdated(
  { present }: FoundThumbnails,
  video: ListedObject,
  news: "video removed" | "thumbnail stored",
): boolean {
  const madeOf = {
    lastModified: present?.metadata[thumbnailMetadata.videoLastModified],
    eTag: present?.metadata[thumbnailMetadata.videoETag],
  };
  // One that was made before thumbnails told the time tells the ETag.
  return news === "thumbnail stored" && madeOf.lastModified !== undefined
    ? isOfEarlierVersion(madeOf, video)
    : isOfAnotherVersion(madeOf, video);
}

/** Deletes the thumbnails that were made of the video. */
export async function removeThumbnails(
  s3: S3Client,
  { outputs }: Buckets,
  { own }: FoundThumbnails,
): Promise<void> {
  for (const thumbnail of own) await remove(s3, outputs, thumbnail, "thumbnail");
}
