import { HeadObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import type { Stack } from "../../../ops/stack";
import type { VideoDetails } from "../../messages";
import { RefusedError } from "../../server/refusal";

/** What S3 tells of a video itself. */
export interface StoredVideo extends Pick<VideoDetails, "bytes" | "uploadedAt" | "contentType"> {
  readonly metadata: Readonly<Record<string, string>>;
}

/** Throws RefusedError of a video that is not there. */
export async function readVideo({ s3, outputs }: Stack, key: string): Promise<StoredVideo> {
  try {
    const {
      ContentLength = 0,
      LastModified = new Date(0),
      ContentType = null,
      Metadata = {},
    } = await s3.send(new HeadObjectCommand({ Bucket: outputs.bucketName, Key: key }));
    return {
      bytes: ContentLength,
      uploadedAt: LastModified.toISOString(),
      contentType: ContentType,
      metadata: Metadata,
    };
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 404) throw error;
    const message = "This video is not in the bucket any more.";
    const whatToDo =
      "Its thumbnail stays unless the setting removeThumbnails is on; upload it again to have it back.";
    throw new RefusedError({ kind: "gone", message, whatToDo }, 404);
  }
}
