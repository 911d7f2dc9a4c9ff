import { DeleteObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";

/** An object as it was when it was looked at. */
export interface Looked {
  readonly key: string;
  /** Quoted. */
  readonly eTag: string | undefined;
}

/** Deletes an object if it is still that one; false when it is not: whoever has stored another one sees to it. */
export async function remove(
  s3: S3Client,
  bucket: string,
  { key, eTag }: Looked,
  what: "thumbnail" | "extra",
): Promise<boolean> {
  try {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: eTag }));
    console.log({ event: `${what}-removed`, key });
    return true;
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status !== 404 && status !== 409 && status !== 412) throw error;
    console.log({ event: `${what}-changed`, key });
    return false;
  }
}
