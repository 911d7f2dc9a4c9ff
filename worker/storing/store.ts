import type { S3Client } from "@aws-sdk/client-s3";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { UnusableVideoError } from "../errors";
import type { Frame } from "../picture/frame";
import type { ThumbnailFormat } from "../../contract/outputs";
import { contentTypes, thumbnailMetadata } from "../../contract/outputs";
import { longestVideoKeyMetadata } from "../../contract/videoKeyCandidates";
import { explainS3Error } from "../s3Error";

/** Where a thumbnail is stored, and what is told there of the video it was made of. */
export interface ThumbnailObject {
  readonly bucket: string;
  readonly key: string;
  readonly format: ThumbnailFormat;
  /** Undefined of a video that is in another bucket, or in none. */
  readonly videoKey: string | undefined;
  readonly videoETag: string | undefined;
}

/** Bytes of UTF-8. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const maxKeyBytes = 1024;

/** Throws UnusableVideoError for a key that S3 would refuse: `thumb/` makes it longer than the video's. */
export function assertStorable(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes > maxKeyBytes)
    throw new UnusableVideoError(`the thumbnail's key would be ${bytes} bytes long; S3 takes ${maxKeyBytes}`);
}

/** A key that is too long once it is percent-encoded is left out: the thumbnail's own key tells it. */
function videoKeyMetadata(key: string | undefined): Record<string, string> {
  if (key === undefined) return {};
  const encoded = encodeURIComponent(key);
  return encoded.length > longestVideoKeyMetadata ? {} : { [thumbnailMetadata.videoKey]: encoded };
}

/** Stores the picture. Storing the same one twice is harmless. Throws when S3 does not take it. */
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
      ...videoKeyMetadata(object.videoKey),
      ...(object.videoETag !== undefined && {
        [thumbnailMetadata.videoETag]: object.videoETag.replaceAll('"', ""),
      }),
      [thumbnailMetadata.timestampRequestedSeconds]: String(frame.timestampRequestedSeconds),
      [thumbnailMetadata.timestampSeconds]: String(frame.timestampSeconds),
      [thumbnailMetadata.width]: String(frame.width),
      [thumbnailMetadata.height]: String(frame.height),
    },
  });
  try {
    await s3.send(command, { abortSignal: signal });
  } catch (error) {
    throw explainS3Error(error, `s3://${object.bucket}/${object.key} could not be stored`);
  }
}
