import type { RgbPicture } from "../sampling/portablePixmaps";
import { lumaOf } from "./luma";

/** The pictures by which a transition shows that begins with the first one, or ends soon behind it. */
export const transitionPictures = { everySeconds: 0.1, count: 5 };

/** Whether the first of such pictures is in a fade or dissolve. */
export function beginsInTransition(pictures: readonly RgbPicture[]): boolean {
  const [first, second, third, , fifth] = pictures;
  return [
    [first, third, fifth],
    [first, second, third],
  ].some((three) => isTransition(three.filter((picture) => picture !== undefined)));
}

/** Small parts of the picture, whose mean what moves in them changes little. */
const partsAcross = 12;

/**
 * Whether three pictures, evenly apart in time, are of a fade or dissolve: then most of the picture goes on changing as it
 * did before, pixel by pixel, or where something moves too, at least in the mean of each part; while what moves alone
 * changes a pixel to and fro.
 */
export function isTransition(pictures: readonly RgbPicture[]): boolean {
  const [first, second, third] = pictures;
  if (first === undefined || second === undefined || third?.rgb.length !== first.rgb.length) return false;
  const ofPixels = progress(lumaOf(first), lumaOf(second), lumaOf(third));
  const ofParts = progress(meansOfParts(first), meansOfParts(second), meansOfParts(third));
  const isOfAll = ofPixels.likeness > 0.6 && ofPixels.changedShare > 0.4;
  const isOfParts = ofParts.likeness > 0.95 && ofParts.changedShare > 0.5;
  return ofParts.change > 1 && ofParts.likeness > 0.8 && (isOfAll || isOfParts);
}

interface Progress {
  /** How much the second change is like the first one: 1 the same, 0 not at all. */
  readonly likeness: number;
  /** From one picture to the next, in levels. */
  readonly change: number;
  readonly changedShare: number;
}

function progress(first: ArrayLike<number>, second: ArrayLike<number>, third: ArrayLike<number>): Progress {
  let [product, earlier, later, changed] = [0, 0, 0, 0];
  for (let i = 0; i < first.length; i++) {
    const before = (second[i] ?? 0) - (first[i] ?? 0);
    const after = (third[i] ?? 0) - (second[i] ?? 0);
    product += before * after;
    earlier += before * before;
    later += after * after;
    if (Math.abs(before + after) >= 3) changed++;
  }
  return {
    likeness: product / Math.max(1, Math.sqrt(earlier * later)),
    change: Math.sqrt((earlier + later) / 2 / first.length),
    changedShare: changed / first.length,
  };
}

function meansOfParts(picture: RgbPicture): number[] {
  const { width, height } = picture;
  const luma = lumaOf(picture);
  const side = Math.max(1, Math.floor(width / partsAcross));
  const columns = Math.ceil(width / side);
  const sums = new Array<number>(columns * Math.ceil(height / side)).fill(0);
  const counts = new Array<number>(sums.length).fill(0);
  for (const [at, level] of luma.entries()) {
    const part = Math.floor(Math.floor(at / width) / side) * columns + Math.floor((at % width) / side);
    sums[part] = (sums[part] ?? 0) + level;
    counts[part] = (counts[part] ?? 0) + 1;
  }
  return sums.map((sum, i) => sum / Math.max(1, counts[i] ?? 0));
}
