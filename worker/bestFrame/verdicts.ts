import type { Measures } from "./measures";

/** What can be wrong with a frame, the worst first. */
export const verdicts = [
  "black",
  "white",
  "flat",
  "text on a plain ground",
  "mostly black bars",
  "in a fade",
  "blurred",
  "too dark",
  "too bright",
] as const;
export type Verdict = (typeof verdicts)[number];

/** What is usual in a video: the medians of its frames that are neither black nor white nor flat. */
export interface Usual {
  readonly blackLevel: number;
  readonly whiteLevel: number;
  readonly contrast: number;
  readonly sharpness: number;
}

/** Nothing, or next to nothing, of it is brighter than black. */
export function isBlack({ pictureShare, whiteLevel }: Measures): boolean {
  return pictureShare < 0.02 || whiteLevel < 34;
}

/** Nearly all of it is white. */
export function isWhite({ blackLevel, meanLevel, contrast }: Measures): boolean {
  return meanLevel > 225 && (blackLevel > 200 || contrast < 12);
}

/** All of it has about one colour, or changes from one to another slowly. */
export function isFlat({ contrast, detailShare, colorfulness }: Measures): boolean {
  return (contrast < 4 && colorfulness < 200) || detailShare < 0.02;
}

/** Most of it shows nothing, and what it shows has hard edges: titles, slides, countdowns. */
export function isText({ detailShare, blackShare, whiteLevel, histogram }: Measures): boolean {
  const ground = Math.max(...histogram);
  return (blackShare > 0.8 && whiteLevel > 110) || (detailShare < 0.3 && ground > 0.6);
}

/** A small picture in a large frame. */
export function isMostlyBars({ pictureShare }: Measures): boolean {
  return pictureShare < 0.4;
}

/** Much darker at its brightest, or brighter at its darkest, than is usual in the video, with less contrast. */
export function isInFade({ blackLevel, whiteLevel, contrast }: Measures, usual: Usual): boolean {
  if (contrast > 0.85 * usual.contrast) return false;
  return whiteLevel < 0.75 * usual.whiteLevel || blackLevel > usual.blackLevel + 40;
}

/** Without a hard edge, or with softer ones than is usual in the video. */
export function isBlurred({ sharpness }: Measures, usual: Usual): boolean {
  return sharpness < 0.05 || sharpness < 0.5 * usual.sharpness;
}

/** Little of it can be made out. */
export function isTooDark({ whiteLevel, meanLevel }: Measures): boolean {
  return whiteLevel < 80 || meanLevel < 20;
}

/** Nothing in it is dark, and much is white. */
export function isTooBright({ blackLevel, meanLevel }: Measures): boolean {
  return meanLevel > 200 || blackLevel > 140;
}

/** All that is wrong with a frame of a video in which something is usual. */
export function verdictsOn(measures: Measures, usual: Usual): Verdict[] {
  const all: Record<Verdict, boolean> = {
    black: isBlack(measures),
    white: isWhite(measures),
    flat: isFlat(measures),
    "text on a plain ground": isText(measures),
    "mostly black bars": isMostlyBars(measures),
    "in a fade": isInFade(measures, usual),
    blurred: isBlurred(measures, usual),
    "too dark": isTooDark(measures),
    "too bright": isTooBright(measures),
  };
  return verdicts.filter((verdict) => all[verdict]);
}

/** Whether a frame is of no use for telling what is usual in its video. */
export function isEmpty(measures: Measures): boolean {
  return isBlack(measures) || isWhite(measures) || isFlat(measures) || isText(measures);
}
