import type { S3Client } from "@aws-sdk/client-s3";
import type { ExtrasSettings } from "../../contract/extras";
import type { Timestamp } from "../../contract/timestamp";
import type { WorkerLogEvent } from "../../contract/workerLog";
import type { ExtraMaker } from "./extraMaker";
import type { RangedSource, VideoVersion } from "../source/rangedSource";
import type { PictureTools } from "../takePicture";

/** What every thumbnail of a worker is made with. */
export interface Workshop extends PictureTools {
  readonly s3: S3Client;
  /** What is stored is encrypted with this key of KMS's; undefined: as the bucket itself does it. */
  readonly kmsKeyArn?: string | undefined;
  /** Whether a task that may write outputs and not look at them may do so; otherwise the last upload would not win. */
  readonly mayOnlyWrite?: boolean;
}

/** One video, and where its thumbnail goes. */
export interface ThumbnailOrder {
  readonly source: RangedSource;
  readonly videoKey: string;
  /** Where that is not the outputs' bucket, and the stack's own: the manifest tells it. */
  readonly videoBucket?: string | undefined;
  /** Which timestamp to use, once the video's tag and metadata are known. */
  readonly chooseTimestamp: (video: VideoVersion) => Timestamp;
  readonly outputBucket: string;
  readonly outputKey: string;
  /** Whether the thumbnail names its video: not one that is no video of a stack's. */
  readonly namesVideo?: boolean;
  /** A thumbnail whose video is gone goes, too, and all else that was made of it. */
  readonly removeWithVideo?: boolean;
  /** Only the video's tags have changed: outputs that are what they ask for already are kept. */
  readonly unlessMade?: boolean;
  /** What is made besides the thumbnail; undefined: nothing, and nothing is asked of S3 for it. */
  readonly extras?: ExtrasOrder | undefined;
  /** Is told what was done, when it is done. */
  readonly tell?: (report: OrderReport) => void;
}

export interface ExtrasOrder {
  /** What the extras' keys and the manifest's begin with, such as `extras/dir/cat.mp4/`. */
  readonly folder: string;
  readonly settings: ExtrasSettings;
  readonly makers: readonly ExtraMaker[];
  /** A name for a claim that no other claim has. */
  readonly newMaker: () => string;
  readonly now: () => Date;
}

/** What there is to tell of an order. */
export type OrderReport = WorkerLogEvent & {
  event: "thumbnail-stored" | "thumbnail-kept" | "outputs-stored" | "outputs-left";
};

/** What a job has cost in all its rounds. */
export interface Spent {
  /** When it began, by the clock of `performance`. */
  readonly startedAt: number;
  ffmpegMs: number;
  bytesRead: number;
  requests: number;
}
