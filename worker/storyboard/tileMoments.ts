import type { Sample } from "../sampling/sampleKeyframes";

/** Some of a storyboard's moments, which follow each other. */
export interface TileMoments {
  readonly first: number;
  readonly count: number;
  readonly intervalSeconds: number;
  /** On the file's own clock: what a player shows as 0, and where the video ends. */
  readonly zeroSeconds: number;
  readonly endSeconds: number;
}

/** When a moment is, on the file's own clock. */
export function momentSeconds({ zeroSeconds, intervalSeconds }: TileMoments, moment: number): number {
  return zeroSeconds + moment * intervalSeconds;
}

/** How samples become tiles. */
export interface TileSampling {
  /** Takes a sample for a moment; a later one is the better one. */
  readonly onTile: (sample: Sample, moment: number) => void;
  /**
   * Waits for a sampling, and tells whether it came to its end: tiles until then are worth something, whatever ended it but
   * for the source or the worker, whose errors it throws.
   */
  readonly asFarAsPossible: (sampling: Promise<unknown>) => Promise<boolean>;
}
