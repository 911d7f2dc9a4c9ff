/** The formats a thumbnail can have. */
export const thumbnailFormats = ["png", "jpg", "webp"] as const;
export type ThumbnailFormat = (typeof thumbnailFormats)[number];

/** The content type that each format's objects are stored with. */
export const contentTypes = {
  png: "image/png",
  jpg: "image/jpeg",
  webp: "image/webp",
} as const satisfies Record<ThumbnailFormat, string>;

/** The metadata of a video object that says where its thumbnail is to be taken. */
export const videoTimestampMetadata = "thumbnail-timestamp";

/**
 * The names of a thumbnail object's metadata (`x-amz-meta-…`). The video's key is percent-encoded, because S3's
 * metadata is ASCII; times are in seconds, sizes in pixels.
 */
export const thumbnailMetadata = {
  videoKey: "video-key",
  videoETag: "video-etag",
  timestampRequestedSeconds: "timestamp-requested-seconds",
  timestampSeconds: "timestamp-seconds",
  width: "width",
  height: "height",
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
 * The key of a video's thumbnail: `dir/My clip (1).mp4` becomes `thumb/dir/My clip (1).png`. Only `.mp4` is taken
 * off, and only in lower case, so that `a.mp4`, `a.mov` and `a.MP4` have three thumbnails.
 */
export function thumbnailKey(videoKey: string, format: ThumbnailFormat, prefix = "thumb/"): string {
  return `${prefix}${videoKey.replace(/\.mp4$/, "")}.${format}`;
}
