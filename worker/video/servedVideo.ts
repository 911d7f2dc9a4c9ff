import type { Allowance } from "../child/allowance";

/** Which frames are decoded next. Times are in seconds, on the file's own clock. */
export interface Aim {
  /** The track's place in the file. */
  readonly streamIndex: number;
  /** When its first frame is shown. */
  readonly startSeconds: number;
  /** From the keyframe before this time; undefined: from the first one. */
  readonly fromSeconds: number | undefined;
  /** Up to the frame after this time. */
  readonly toSeconds: number;
}

/** A video that ffmpeg and ffprobe read at `url`, and what they may use for it. */
export interface ServedVideo {
  readonly url: string;
  readonly allowance: Allowance;
  /** Is told, and waited for, before frames are decoded. */
  readonly aim: (aim: Aim) => Promise<void>;
  /** Hears which part of the way to the wanted frame is decoded, 0 to 1. */
  readonly decoded: (part: number) => void;
}
