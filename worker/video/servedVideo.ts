import type { Allowance } from "../child/allowance";

/** A video that ffmpeg and ffprobe read at `url`, and what they may use for it. */
export interface ServedVideo {
  readonly url: string;
  readonly allowance: Allowance;
  /** Hears which part of the way to the wanted frame is decoded, 0 to 1. */
  readonly decoded: (part: number) => void;
}
