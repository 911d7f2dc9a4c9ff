import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { isThumbnailOf, thumbnailKey, videoKeyOf, type OutputNames } from "../../contract/outputs";

/** The video that an object was made of, by what its metadata tell; of any other object, its own key. */
export async function videoOf(s3: S3Client, bucket: string, key: string): Promise<string> {
  const object = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  return videoKeyOf(object.Metadata) ?? key;
}

/** The key of a video's thumbnail, if it is there. */
export async function storedThumbnail(
  s3: S3Client,
  bucket: string,
  videoKey: string,
  names: OutputNames,
): Promise<string | undefined> {
  const key = thumbnailKey(videoKey, names);
  const object = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch(() => undefined);
  return object !== undefined && isThumbnailOf(videoKey, object.Metadata ?? {}) ? key : undefined;
}
