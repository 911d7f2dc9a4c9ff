import type { Measures } from "./measures";
import type { Usual, Verdict } from "./verdicts";
import { isEmpty, verdictsOn } from "./verdicts";

/** A frame that was looked at. */
export interface Judged {
  /** When it is shown, in seconds on the file's own clock. */
  readonly timeSeconds: number;
  /** What is wrong with it; nothing of a good one. */
  readonly verdicts: readonly Verdict[];
  /** From 0 to 1: how good it is among those with the same faults. */
  readonly score: number;
}

export interface Measured {
  readonly timeSeconds: number;
  readonly measures: Measures;
}

/** How much each fault weighs: any of the first ones more than all of the later ones. */
const weights: Readonly<Record<Verdict, number>> = {
  black: 64,
  white: 48,
  flat: 32,
  "text on a plain ground": 20,
  "mostly black bars": 10,
  "in a fade": 6,
  blurred: 5,
  "too dark": 3,
  "too bright": 3,
};

/**
 * Ranks a video's frames, the best first: those with the least faults, and of them the most representative and sharp. The
 * same frames always come in the same order.
 */
export function rank(frames: readonly Measured[]): Judged[] {
  const telling = frames.filter(({ measures }) => !isEmpty(measures));
  const usual = usualOf(telling.length > 0 ? telling : frames);
  const judged = frames.map((frame) => ({ ...frame, verdicts: verdictsOn(frame.measures, usual) }));
  const good = judged.filter(({ verdicts }) => verdicts.length === 0);
  const compared = good.length > 0 ? good : judged;
  return judged
    .map(({ timeSeconds, measures, verdicts }) => {
      const score = scoreOf(
        measures,
        usual,
        compared.map((other) => other.measures),
      );
      return { timeSeconds, verdicts, score: Math.round(score * 1000) / 1000 };
    })
    .sort((a, b) => faults(a) - faults(b) || b.score - a.score || a.timeSeconds - b.timeSeconds);
}

function faults({ verdicts }: Pick<Judged, "verdicts">): number {
  return verdicts.reduce((sum, verdict) => sum + weights[verdict], 0);
}

function usualOf(frames: readonly Measured[]): Usual {
  const usual = (of: (measures: Measures) => number) => median(frames.map(({ measures }) => of(measures)));
  return {
    blackLevel: usual(({ blackLevel }) => blackLevel),
    whiteLevel: usual(({ whiteLevel }) => whiteLevel),
    contrast: usual(({ contrast }) => contrast),
    sharpness: usual(({ sharpness }) => sharpness),
  };
}

function scoreOf(measures: Measures, usual: Usual, others: readonly Measures[]): number {
  const distances = others.map((other) => distance(measures.histogram, other.histogram));
  const representative = 1 - median(distances);
  const sharp = Math.min(1, measures.sharpness / Math.max(0.01, 1.5 * usual.sharpness));
  const contrast = Math.min(1, measures.contrast / 70);
  const exposed = 1 - Math.abs(measures.meanLevel - 118) / 137;
  const detail = Math.min(1, measures.detailShare * 1.5);
  const colorful = Math.min(1, measures.colorfulness / 90);
  return (
    0.3 * representative + 0.2 * sharp + 0.15 * contrast + 0.15 * exposed + 0.1 * detail + 0.1 * colorful
  );
}

/** Half the sum of what differs between two histograms, from 0 to 1. */
function distance(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, share, i) => sum + Math.abs(share - (other[i] ?? 0)), 0) / 2;
}

/** The lower of the two in the middle of an even number; 0 of nothing. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}
