import { HeadObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { isThumbnailOf, thumbnailKey, thumbnailMetadata } from "../../../contract/outputs";
import { chosenFrame } from "../../../ops/videos/chosenFrame";
import { getManifest } from "../../../ops/videos/manifests";
import type { Stack } from "../../../ops/stack";

/** What a video asks for: the upload, and the frame that somebody chose. */
export interface Wanted {
  /** When the video was stored, in whole seconds since the epoch. */
  uploadedAtSeconds: number;
  /** What its tag chooses; null for nothing, undefined where nobody may know. */
  chosen: string | null | undefined;
}

/** A thumbnail as it is stored. */
export interface StoredThumbnail {
  key: string;
  eTag: string;
  storedAt: Date;
  metadata: Record<string, string>;
}

/** Undefined of a video that is not there. */
export async function wantedOf(stack: Stack, key: string): Promise<Wanted | undefined> {
  const [video, chosen] = await Promise.all([
    head(stack, stack.outputs.bucketName, key),
    chosenFrame(stack, key).catch(() => undefined),
  ]);
  if (video === undefined) return undefined;
  return { uploadedAtSeconds: seconds(video.storedAt), chosen };
}

/** The thumbnail of a video; undefined where there is none, or another video's. */
export async function thumbnailOf(stack: Stack, videoKey: string): Promise<StoredThumbnail | undefined> {
  const {
    thumbnailFormat: format,
    thumbnailKeyPrefix: prefix,
    videoSuffixes,
    outputBucketName,
  } = stack.outputs;
  const key = thumbnailKey(videoKey, { format, prefix, videoSuffixes });
  const stored = await head(stack, outputBucketName, key);
  return stored !== undefined && isThumbnailOf(videoKey, stored.metadata) ? { key, ...stored } : undefined;
}

/** Whether a thumbnail is of this very upload, and of the frame that is chosen. */
export function isAsWanted({ metadata }: StoredThumbnail, { uploadedAtSeconds, chosen }: Wanted): boolean {
  const madeOf = Date.parse(metadata[thumbnailMetadata.videoLastModified] ?? "");
  const isOfUpload = Math.floor(madeOf / 1000) >= uploadedAtSeconds;
  return (
    isOfUpload &&
    (chosen === undefined || (metadata[thumbnailMetadata.timestampTag] ?? "") === (chosen ?? ""))
  );
}

/** Whether all outputs of this very upload are there, of the frame that is chosen. */
export async function hasAllOutputs(stack: Stack, videoKey: string, wanted: Wanted): Promise<boolean> {
  const manifest = await getManifest(stack, videoKey);
  if (manifest?.state !== "ready") return false;
  const madeOf = manifest.video.lastModified;
  return madeOf === undefined || Math.floor(Date.parse(madeOf) / 1000) >= wanted.uploadedAtSeconds;
}

/** Undefined of an object that is not there. */
async function head(
  { s3 }: Stack,
  bucket: string,
  key: string,
): Promise<Omit<StoredThumbnail, "key"> | undefined> {
  try {
    const {
      ETag = "",
      LastModified = new Date(0),
      Metadata = {},
    } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return { eTag: ETag.replaceAll('"', ""), storedAt: LastModified, metadata: Metadata };
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
