import type { Job } from "./job";

/**
 * What is read of a record of S3's event for an object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export interface ObjectRecord {
  /** ISO 8601. */
  readonly eventTime: string;
  /** Such as `ObjectCreated:Put`. */
  readonly eventName?: string;
  readonly s3: {
    readonly bucket: { readonly name: string };
    readonly object: {
      /** URL-encoded. */
      readonly key: string;
      /** Bytes. Of an object that was deleted, neither is told; of one whose tags were changed, the ETag alone. */
      readonly size?: number;
      readonly eTag?: string;
    };
  };
}

/**
 * The key of a record's object. S3 sends keys URL-encoded, with `+` for a space.
 * @throws Error that names the key, when it is not encoded so
 */
export function objectKey(record: ObjectRecord): string {
  const encoded = record.s3.object.key;
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    throw new Error(`The event's object key "${encoded}" is not URL-encoded as S3 does it.`);
  }
}

/**
 * The job that an upload or a change of an object's tags asks for, or that makes up for a deletion that was missed: the
 * worker finds out which it is.
 */
export function jobOf(record: ObjectRecord): Job {
  const { eventName = "", eventTime } = record;
  const isTagging = /^(?:s3:)?ObjectTagging:/.test(eventName);
  const { eTag = "", size = isTagging && eTag === emptyETag ? 0 : 1 } = record.s3.object;
  return {
    version: 1,
    bucket: record.s3.bucket.name,
    key: objectKey(record),
    eTag,
    size,
    uploadedAt: eventTime,
    ...(isTagging && { taggedAt: eventTime }),
  };
}

/** Of an empty object, by which S3 tells one whose size it does not tell: the MD5 of nothing. */
const emptyETag = "d41d8cd98f00b204e9800998ecf8427e";

/** An object as S3 lists it. */
export interface ListedObject {
  readonly Key: string;
  readonly LastModified: Date;
  /** Quoted. */
  readonly ETag?: string | undefined;
  /** Bytes. */
  readonly Size?: number | undefined;
}

/** The same job as {@link jobOf} makes of S3's event for this object. */
export function jobOfListed(bucket: string, { Key, ETag = "", Size = 0, LastModified }: ListedObject): Job {
  return {
    version: 1,
    bucket,
    key: Key,
    eTag: ETag.replaceAll('"', ""),
    size: Size,
    uploadedAt: LastModified.toISOString(),
  };
}

/** The keys of a listing that was asked for with `EncodingType: "url"`, since a key may hold characters that XML cannot. */
export function listedKey(encoded: string, encodingType: string | undefined): string {
  return encodingType === "url" ? decodeURIComponent(encoded.replaceAll("+", " ")) : encoded;
}

/** Why an object gets no thumbnail although its key is a video's; undefined when it gets one. */
export function reasonToIgnore(job: Job, outputPrefixes: readonly string[]): string | undefined {
  const outputPrefix = outputPrefixes.find((prefix) => job.key.startsWith(prefix));
  if (outputPrefix !== undefined) return `under ${outputPrefix}, where what is made of videos is`;
  if (job.size === 0) return "empty object";
  return undefined;
}
