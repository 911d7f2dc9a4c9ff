/** A stretch of a video: `start` is its first byte, `end` the first byte after it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a source knows of the whole video, told with every answer. */
export interface RangedAnswer {
  /** The bytes asked for; fewer only at the video's end. */
  readonly bytes: Buffer;
  readonly totalBytes: number;
  /** Quoted, as HTTP has it; undefined when it says nothing certain. */
  readonly eTag: string | undefined;
  /** Of an object in S3: when it was uploaded, to the second. */
  readonly lastModified?: Date | undefined;
  /** Of an object in a versioned bucket. */
  readonly versionId?: string | undefined;
  /** The object's own metadata; empty when the source has none. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Of an object in S3, with what is read without `eTag`: its tag `thumbnail-timestamp`, if it has one. */
  readonly timestampTag?: string | undefined;
}

/** What tells one version of a video from another. */
export type VideoVersion = Omit<RangedAnswer, "bytes">;

/**
 * A video that is read by ranges, one request each.
 *
 * `read` throws VideoGoneError when there is no such video, UnusableVideoError when it can never be read, and any other
 * error for a fault that may pass. With `eTag` it throws ReplacedVideoError when the video is not the one of that ETag any
 * more, so that two reads never mix two versions of it.
 */
export interface RangedSource {
  read(range: ByteRange, eTag: string | undefined, signal: AbortSignal): Promise<RangedAnswer>;
}

/**
 * The size in a Content-Range header (RFC 9110, section 14.4), such as `bytes 0-99/1234`. Throws an Error when
 * the header is missing or tells no size.
 */
export function totalBytesOf(contentRange: string | undefined): number {
  const total = /^bytes \d+-\d+\/(\d+)$/.exec(contentRange ?? "")?.[1];
  if (total === undefined)
    throw new Error(`the answer's Content-Range tells no size: ${String(contentRange)}`);
  return Number(total);
}
