/** What the thumbnails topic tells of a new thumbnail; null is what the object's metadata does not say. */
export interface ThumbnailCreated {
  readonly bucket: string;
  readonly key: string;
  readonly url: string;
  readonly videoKey: string | null;
  /** The time in the video of the frame shown. */
  readonly timestampSeconds: number | null;
  /** Pixels. */
  readonly width: number | null;
  readonly height: number | null;
}
