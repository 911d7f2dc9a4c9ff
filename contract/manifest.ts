/** What outputs there are; a video may have several sheets and renditions, and one of each other kind. */
export const outputKinds = [
  "thumbnail",
  "rendition",
  "storyboard-sheet",
  "storyboard-vtt",
  "storyboard-json",
  "preview",
] as const;
export type OutputKind = (typeof outputKinds)[number];

/** One stored file. */
export interface ManifestOutput {
  readonly kind: OutputKind;
  /** In the manifest's bucket. */
  readonly key: string;
  readonly contentType: string;
  readonly bytes: number;
  /** As S3 tells it, without quotes. */
  readonly eTag?: string | undefined;
  /** Pixels; of pictures alone. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** The video that outputs were made of. */
export interface ManifestVideo {
  readonly key: string;
  /** Its bucket, where that is another one than the manifest's. */
  readonly bucket?: string | undefined;
  /** Without quotes; not where outputs are public, since it is an MD5 of the file. */
  readonly eTag?: string | undefined;
  /** ISO 8601, whole seconds: when it was uploaded. */
  readonly lastModified?: string | undefined;
  /** In a versioned bucket. */
  readonly versionId?: string | undefined;
  readonly bytes: number;
  /** Null where the file does not tell it. */
  readonly durationSeconds: number | null;
  /** Pixels, of the frames as they are coded: before they are turned upright, and before non-square pixels are made square. */
  readonly width: number;
  readonly height: number;
  /** By ffmpeg's name, such as `h264`. */
  readonly codec: string;
  /** Clockwise, by which the frames are turned to be upright: 0, 90, 180 or 270. */
  readonly rotationDegrees: number;
}

/** A frame that `auto` has judged. */
export interface JudgedFrame {
  readonly timestampSeconds: number;
  /** From 0 to 1. */
  readonly score: number;
  /** What is wrong with it; empty for nothing. */
  readonly verdicts: readonly string[];
}

/** The frame that the thumbnail and its renditions show; times in seconds from the moment that a player shows as 0. */
export interface ManifestFrame {
  readonly timestampRequestedSeconds: number;
  readonly timestampSeconds: number;
  /** Base64. https://evanw.github.io/thumbhash/ */
  readonly thumbHash: string;
  /** `#rrggbb` */
  readonly dominantColor: string;
  /** Only of a damaged video. */
  readonly decodeErrors?: true | undefined;
  /** Where the worker chose the frame: how it was judged, and the others, the better first. */
  readonly choice?:
    (Pick<JudgedFrame, "score" | "verdicts"> & { readonly runnersUp: readonly JudgedFrame[] }) | undefined;
}

/** All outputs of a video: the JSON in `manifest.json` beside its extras. */
export interface Manifest {
  readonly version: 1;
  readonly state: "ready";
  /** That of all outputs. */
  readonly bucket: string;
  readonly video: ManifestVideo;
  readonly frame: ManifestFrame;
  readonly outputs: readonly ManifestOutput[];
  /** What the settings asked for when they were made: see extrasAskedFor. */
  readonly askedFor: string;
  /** ISO 8601. */
  readonly madeAt: string;
}

/** What stands in a manifest's place while outputs are made: it names none, and says that those of before count no longer. */
export interface ManifestInMaking {
  readonly version: 1;
  readonly state: "making";
  readonly bucket: string;
  readonly video: Pick<ManifestVideo, "key" | "bucket">;
  readonly outputs: readonly [];
  /** Random: no two are the same. */
  readonly maker: string;
}

/** The largest manifest of a worker's is a tenth of it; what somebody else has put in its place may be of any size. SNS takes no larger message. */
export const maxManifestBytes = 256 * 1024;
