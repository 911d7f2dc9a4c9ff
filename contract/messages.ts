import type { Manifest } from "./manifest";

/** What the thumbnails topic tells of a new thumbnail; null is what nothing says. */
export interface ThumbnailCreated {
  readonly type: "thumbnail-created";
  readonly bucket: string;
  readonly key: string;
  readonly url: string;
  /** The video that it was made of; null of one made by hand of a video elsewhere, or put there. */
  readonly videoKey: string | null;
  /** The video's bucket, where that is another one than `bucket`. */
  readonly videoBucket?: string | undefined;
  /** ISO 8601, whole seconds: when the thumbnail was stored. Of two messages of one thumbnail the greater is the later. */
  readonly lastModified: string | null;
  /** The time in the video of the frame shown. */
  readonly timestampSeconds: number | null;
  /** Pixels. */
  readonly width: number | null;
  readonly height: number | null;
  readonly bytes: number | null;
  readonly contentType: string | null;
  /** Of the thumbnail, without quotes. */
  readonly eTag: string | null;
  /** Base64. https://evanw.github.io/thumbhash/ */
  readonly thumbHash: string | null;
  /** `#rrggbb` */
  readonly dominantColor: string | null;
}

/** What the topic tells of a manifest, when all that it names is there. */
export type OutputsReady = { readonly type: "outputs-ready" } & Manifest;
