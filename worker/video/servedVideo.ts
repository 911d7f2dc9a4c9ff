import type { Allowance } from "../child/allowance";

/** A video that ffmpeg and ffprobe read at `url`, and what they may use for it. */
export interface ServedVideo {
  readonly url: string;
  readonly allowance: Allowance;
  /**
   * Is told, and waited for, before frames of a track are decoded: from the keyframe before one time to the frame after
   * another. Times are in seconds and count from the track's first frame.
   */
  readonly aim: (streamIndex: number, fromSeconds: number, toSeconds: number) => Promise<void>;
  /** Hears which part of the way to the wanted frame is decoded, 0 to 1. */
  readonly decoded: (part: number) => void;
}
