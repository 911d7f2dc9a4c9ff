/** What the thumbnails topic tells of a new thumbnail; null is what nothing says. */
export interface ThumbnailCreated {
  readonly bucket: string;
  readonly key: string;
  readonly url: string;
  /** The video in `bucket` that it was made of; null of one made by hand of a video elsewhere, or put there. */
  readonly videoKey: string | null;
  /** The time in the video of the frame shown. */
  readonly timestampSeconds: number | null;
  /** Pixels. */
  readonly width: number | null;
  readonly height: number | null;
}
