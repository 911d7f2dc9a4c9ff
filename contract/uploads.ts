import type { Job } from "./job";
import type { ObjectEvent } from "./objectEvents";

/**
 * The job that an upload or a change of an object's tags asks for, or that makes up for a deletion that was missed: the
 * worker finds out which it is.
 */
export function jobOf({ bucket, key, kind, eTag = "", size, time }: ObjectEvent): Job {
  const isTagging = kind === "tagged";
  return {
    version: 1,
    bucket,
    key,
    eTag,
    size: size ?? (isTagging && eTag === emptyETag ? 0 : 1),
    uploadedAt: time,
    ...(isTagging && { taggedAt: time }),
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

/**
 * Why an object gets no thumbnail although its key ends as a video's does; undefined when it gets one.
 * @param prefixes what the keys of videos begin with; empty: anything
 */
export function reasonToIgnore(
  job: Job,
  outputPrefixes: readonly string[],
  prefixes: readonly string[] = [],
): string | undefined {
  const outputPrefix = outputPrefixes.find((prefix) => job.key.startsWith(prefix));
  if (outputPrefix !== undefined) return `under ${outputPrefix}, where what is made of videos is`;
  if (!isUnderOneOf(prefixes, job.key)) return `not under ${prefixes.join(" or ")}, where videos are`;
  if (job.size === 0) return "empty object";
  return undefined;
}

/** Whether a key begins as one of the stack's videos may; without prefixes any does. */
export function isUnderOneOf(prefixes: readonly string[], key: string): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => key.startsWith(prefix));
}
