import { randomUUID } from "node:crypto";
import { GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

/** What is wrong with what a page asked for; its visitor may read it. */
export class RefusedError extends Error {}

/** How long a page may take from its question to the upload's beginning, and to show a thumbnail, in seconds. */
const uploadSeconds = 15 * 60;
const showSeconds = 5 * 60;

/** As the pipeline takes it, for which a video fails that has a malformed one. */
const timestamp =
  /^(?:auto|(?:100|\d{1,2}(?:\.\d{1,3})?)%|(?:\d{1,6}|\d{1,4}:[0-5]?\d|\d{1,3}:[0-5]?\d:[0-5]?\d)(?:\.\d{1,3})?)$/;

const uploadId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Lets pages upload videos into a bucket, under keys that are chosen here, and shows their thumbnails. What an upload is
 * allowed stands in the form that is signed for it, and S3 holds it to that. An upload is named by what nobody can guess.
 */
export class Uploads {
  /**
   * @param s3 a client whose credentials have s3:PutObject on uploads/* and s3:GetObject on thumb/uploads/* alone
   * @param settings the bucket, how many bytes an upload may have, and where the stack's thumbnails go, in which format
   */
  constructor(
    s3,
    { bucket, maxBytes, outputBucket = bucket, outputPrefix = "thumb/", thumbnailFormat = "png" },
  ) {
    Object.assign(this, { s3, bucket, maxBytes, outputBucket, outputPrefix, thumbnailFormat });
  }

  /**
   * The form of an upload: where it is posted to, and its fields. Throws RefusedError.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
   */
  async begin({ type, bytes, thumbnailTimestamp = "" }) {
    if (typeof type !== "string" || !type.startsWith("video/"))
      throw new RefusedError("Only videos can be uploaded.");
    if (!Number.isSafeInteger(bytes) || bytes < 1 || bytes > this.maxBytes)
      throw new RefusedError(`A video may have up to ${Math.floor(this.maxBytes / 1e6)} MB.`);
    if (
      typeof thumbnailTimestamp !== "string" ||
      (thumbnailTimestamp !== "" && !timestamp.test(thumbnailTimestamp))
    )
      throw new RefusedError("A thumbnail's time is such as 01:30, 25% or auto.");
    const id = randomUUID();
    const form = await createPresignedPost(this.s3, {
      Bucket: this.bucket,
      Key: keyOf(id),
      // Each of these is also a condition: its value must be this one.
      Fields: thumbnailTimestamp === "" ? {} : { "x-amz-meta-thumbnail-timestamp": thumbnailTimestamp },
      Conditions: [
        ["content-length-range", 1, this.maxBytes],
        ["starts-with", "$Content-Type", "video/"],
      ],
      Expires: uploadSeconds,
    });
    return { id, ...form };
  }

  /** An address that shows the thumbnail of an upload for some minutes; undefined as long as there is none. */
  async thumbnailOf(id) {
    if (!uploadId.test(id)) throw new RefusedError("There is no such upload.");
    // The pipeline drops .mp4, and no other ending.
    const thumbnail = {
      Bucket: this.outputBucket,
      Key: `${this.outputPrefix}${keyOf(id).slice(0, -".mp4".length)}.${this.thumbnailFormat}`,
    };
    try {
      await this.s3.send(new HeadObjectCommand(thumbnail));
    } catch (error) {
      // Whoever may not list a bucket is denied what is not there.
      if ([403, 404].includes(error.$metadata?.httpStatusCode)) return undefined;
      throw error;
    }
    return getSignedUrl(this.s3, new GetObjectCommand(thumbnail), { expiresIn: showSeconds });
  }
}

/** Of all uploads, whatever their files' endings: the pipeline looks at what is in them. */
function keyOf(id) {
  return `uploads/${id}.mp4`;
}
