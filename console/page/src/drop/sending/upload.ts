import { signal, type Signal } from "@preact/signals";
import type { Problem, UploadInHand, VideoProgress } from "../../../../messages";

/** Where an upload is, until S3 has the video. */
export type UploadState =
  | { readonly step: "waiting" }
  | { readonly step: "sending"; readonly sinceMs: number; readonly sentBefore: number }
  /** All parts are sent, and S3 makes one object of them. */
  | { readonly step: "finishing"; readonly sinceMs: number }
  | { readonly step: "paused" }
  /** It goes on by itself. */
  | { readonly step: "cut"; readonly problem: Problem }
  /** It goes on when somebody says so. */
  | { readonly step: "stopped"; readonly problem: Problem }
  | { readonly step: "stored"; readonly atMs: number };

/** A file that becomes a video of the bucket. */
export interface Upload {
  readonly id: number;
  readonly key: string;
  readonly file: File;
  readonly droppedAtMs: number;
  readonly state: Signal<UploadState>;
  readonly sentBytes: Signal<number>;
  /** What is made of the video, once it is stored. */
  readonly progress: Signal<VideoProgress | undefined>;
  /** The upload at S3, as soon as it was asked for. */
  begun: Promise<UploadInHand> | undefined;
  /** The same, as soon as it is known. */
  inHand: UploadInHand | undefined;
}

let lastId = 0;

/** An upload that waits for its turn; `inHand` of one that was begun before. */
export function newUpload(file: File, key: string, droppedAtMs: number, inHand?: UploadInHand): Upload {
  return {
    ...{ id: ++lastId, key, file, droppedAtMs, inHand },
    begun: inHand && Promise.resolve(inHand),
    state: signal<UploadState>({ step: "waiting" }),
    sentBytes: signal(0),
    progress: signal<VideoProgress | undefined>(undefined),
  };
}

export type Stage = Exclude<UploadState["step"], "stored"> | "making" | "done" | "failed";

/** Where an upload is, and where after it what is made of the video. */
export function stageOf({ state, progress }: Upload): Stage {
  const { step } = state.value;
  if (step !== "stored") return step;
  const phase = progress.value?.phase;
  return phase === "done" || phase === "failed" ? phase : "making";
}
