import type { S3Client } from "@aws-sdk/client-s3";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Frame } from "./frame";
import type { ThumbnailFormat } from "./names";
import { contentTypes, thumbnailMetadata } from "./names";

/** Where a thumbnail is stored, and what is told there of the video it was made of. */
export interface ThumbnailObject {
  readonly bucket: string;
  readonly key: string;
  readonly format: ThumbnailFormat;
  readonly videoKey: string;
  readonly videoETag: string | undefined;
}

/** Stores the picture. Storing the same one twice is harmless. Throws what S3 throws. */
export async function storeThumbnail(
  s3: S3Client,
  frame: Frame,
  object: ThumbnailObject,
  signal: AbortSignal,
): Promise<void> {
  const command = new PutObjectCommand({
    Bucket: object.bucket,
    Key: object.key,
    Body: frame.image,
    ContentType: contentTypes[object.format],
    Metadata: {
      [thumbnailMetadata.videoKey]: encodeURIComponent(object.videoKey),
      ...(object.videoETag !== undefined && {
        [thumbnailMetadata.videoETag]: object.videoETag.replaceAll('"', ""),
      }),
      [thumbnailMetadata.timestampRequestedSeconds]: String(frame.timestampRequestedSeconds),
      [thumbnailMetadata.timestampSeconds]: String(frame.timestampSeconds),
      [thumbnailMetadata.width]: String(frame.width),
      [thumbnailMetadata.height]: String(frame.height),
    },
  });
  await s3.send(command, { abortSignal: signal });
}
