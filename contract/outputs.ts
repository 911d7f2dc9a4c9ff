/** The formats a thumbnail can have. */
export const thumbnailFormats = ["png", "jpg", "webp"] as const;
export type ThumbnailFormat = (typeof thumbnailFormats)[number];

/** The content type that each format's objects are stored with. */
export const contentTypes = {
  png: "image/png",
  jpg: "image/jpeg",
  webp: "image/webp",
} as const satisfies Record<ThumbnailFormat, string>;

/** The metadata of a video object that says where its thumbnail is to be taken, and the tag that says it rather. */
export const videoTimestampMetadata = "thumbnail-timestamp";
export const videoTimestampTag = "thumbnail-timestamp";

/**
 * The names of a thumbnail object's metadata (`x-amz-meta-…`). The video's key is percent-encoded, because S3's
 * metadata is ASCII; times are in seconds, sizes in pixels.
 */
export const thumbnailMetadata = {
  videoKey: "video-key",
  /** ISO 8601, whole seconds: when the video was uploaded that the thumbnail is of. */
  videoLastModified: "video-last-modified",
  /** In a versioned bucket. */
  videoVersionId: "video-version-id",
  /** Of private thumbnails alone, since it is an MD5 of the video. */
  videoETag: "video-etag",
  /** The video's tag {@link videoTimestampTag}, where it had one. */
  timestampTag: "timestamp-tag",
  /** `auto` where the worker chose the frame: what it chose then counts as requested. */
  timestampRequested: "timestamp-requested",
  timestampRequestedSeconds: "timestamp-requested-seconds",
  timestampSeconds: "timestamp-seconds",
  width: "width",
  height: "height",
  /** Base64: https://evanw.github.io/thumbhash/ */
  thumbHash: "thumb-hash",
  /** `#rrggbb` */
  dominantColor: "dominant-color",
  /** `true`, only of a damaged video's picture: it, or what it refers to, did not decode without errors. */
  decodeErrors: "decode-errors",
} as const;

/** The video's key that a thumbnail's metadata tells; undefined when they tell none, or somebody else wrote them. */
export function videoKeyOf(metadata: Readonly<Record<string, string>> = {}): string | undefined {
  try {
    return decodeURIComponent(metadata[thumbnailMetadata.videoKey] ?? "") || undefined;
  } catch {
    return undefined;
  }
}

/**
 * S3 takes 2 KB of metadata in all. The rest of a thumbnail's may have some 760, names and their prefix included: a tag alone has up to 256.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
const maxVideoKeyLength = 1200;

/** How metadata tell a video's key; undefined for one that is too long: the thumbnail's own key tells it. */
export function videoKeyMetadata(videoKey: string): string | undefined {
  const encoded = encodeURIComponent(videoKey);
  return encoded.length > maxVideoKeyLength ? undefined : encoded;
}

/**
 * Whether what stands at a video's thumbnail's key, with these metadata, is its thumbnail. A picture that somebody put
 * there, or that a task run by hand made of another video, is left alone. A key that is too long today may be told: it
 * was not always.
 */
export function isThumbnailOf(videoKey: string, metadata: Readonly<Record<string, string>>): boolean {
  const told = metadata[thumbnailMetadata.videoKey];
  if (told !== undefined) return told === encodeURIComponent(videoKey);
  return videoKeyMetadata(videoKey) === undefined && thumbnailMetadata.videoLastModified in metadata;
}

/** What the names of a stack's outputs are made with. */
export interface OutputNames {
  readonly format: ThumbnailFormat;
  /** Such as `thumb/`. */
  readonly prefix: string;
  /** Endings of keys that are videos, in any case. */
  readonly videoSuffixes: readonly string[];
}

/** The suffixes in an environment variable `VIDEO_SUFFIXES`, where commas separate them. */
export function readVideoSuffixes(text: string): string[] {
  return text.split(",").filter((suffix) => suffix !== "");
}

/**
 * The key of a video's thumbnail: `dir/My clip (1).mp4` becomes `thumb/dir/My clip (1).png`. Only `.mp4` is taken off,
 * only in lower case, and not where a video's name would remain, so that `a.mp4`, `a.MP4`, `a.mov` and `a.mov.mp4`
 * have four thumbnails: no two videos of a bucket share one.
 */
export function thumbnailKey(videoKey: string, { format, prefix, videoSuffixes }: OutputNames): string {
  const stem = videoKey.endsWith(".mp4") ? videoKey.slice(0, -".mp4".length) : videoKey;
  const name = isVideoName(stem, videoSuffixes) ? videoKey : stem;
  return `${prefix}${name}.${format}`;
}

/** Bytes of UTF-8. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
export const maxKeyBytes = 1024;

/** Whether S3 can have an object with this key: `thumb/` and `extras/` make keys longer than the videos'. */
export function isStorableKey(key: string): boolean {
  return Buffer.byteLength(key) <= maxKeyBytes;
}

/** The key of the video whose thumbnail has this key: the inverse of {@link thumbnailKey}; undefined for other keys. */
export function videoKeyOfThumbnail(
  key: string,
  { format, prefix, videoSuffixes }: OutputNames,
): string | undefined {
  if (!key.startsWith(prefix) || !key.endsWith(`.${format}`)) return undefined;
  const name = key.slice(prefix.length, -(format.length + 1));
  return isVideoName(name, videoSuffixes) ? name : `${name}.mp4`;
}

/**
 * The key of a thumbnail's video where the thumbnail's metadata could not hold it. Undefined where they could: a thumbnail
 * that names no video then is of no video of its bucket, since it was made by hand, or somebody put it there.
 */
export function videoKeyLeftOut(key: string, names: OutputNames): string | undefined {
  const videoKey = videoKeyOfThumbnail(key, names);
  return videoKey !== undefined && videoKeyMetadata(videoKey) === undefined ? videoKey : undefined;
}

/** Whether a key ends as a video's does. */
export function isVideoName(key: string, videoSuffixes: readonly string[]): boolean {
  return videoSuffixes.some((suffix) => key.toLowerCase().endsWith(suffix.toLowerCase()));
}
