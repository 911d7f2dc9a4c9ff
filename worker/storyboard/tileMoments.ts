import type { Sample } from "../sampling/sampleKeyframes";
import type { StoryboardPlan } from "./plan";

/** Some of a storyboard's moments, which follow each other: those of one sheet. */
export interface TileMoments {
  readonly first: number;
  readonly count: number;
  readonly intervalSeconds: number;
  /** On the file's own clock: what a player shows as 0, and where the video ends. */
  readonly zeroSeconds: number;
  readonly endSeconds: number;
  /** Which part they are of themselves and those after them. */
  readonly share: number;
}

/** The moments of a storyboard, by sheets that hold so many tiles. */
export function spread(
  { count, intervalSeconds }: StoryboardPlan,
  capacity: number,
  zeroSeconds: number,
  endSeconds: number,
): TileMoments[] {
  const sheets: TileMoments[] = [];
  for (let first = 0; first < count; first += capacity) {
    const ofSheet = Math.min(capacity, count - first);
    const share = ofSheet / (count - first);
    sheets.push({ first, count: ofSheet, intervalSeconds, zeroSeconds, endSeconds, share });
  }
  return sheets;
}

/** When a moment is, on the file's own clock. */
export function momentSeconds({ zeroSeconds, intervalSeconds }: TileMoments, moment: number): number {
  return zeroSeconds + moment * intervalSeconds;
}

/** How samples become tiles. */
export interface TileSampling {
  /** Takes a sample for a moment; a later one is the better one. */
  readonly onTile: (sample: Sample, moment: number) => void;
  /** Waits for a sampling, and tells whether it came to its end; throws what the source throws, and when it is aborted. */
  readonly asFarAsPossible: (sampling: Promise<unknown>) => Promise<boolean>;
}
