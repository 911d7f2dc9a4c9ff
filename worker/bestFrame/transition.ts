import type { RgbPicture } from "../sampling/portablePixmaps";
import { lumaOf } from "./luma";

/** How far apart the three pictures are by which a transition shows. */
export const transitionStepSeconds = 0.2;

/** Small parts of the picture, whose mean what moves in them changes little. */
const partsAcross = 12;

/**
 * Whether three pictures, evenly apart in time, are of a fade or dissolve: then most parts of the picture go on changing as
 * they did before, while what moves changes some of them, to and fro.
 */
export function isTransition(pictures: readonly RgbPicture[]): boolean {
  const [first, second, third] = pictures.map(meansOfParts);
  if (first === undefined || second === undefined || third?.length !== first.length) return false;
  let [product, earlier, later, changed] = [0, 0, 0, 0];
  for (const [i, level] of first.entries()) {
    const before = (second[i] ?? 0) - level;
    const after = (third[i] ?? 0) - (second[i] ?? 0);
    product += before * after;
    earlier += before * before;
    later += after * after;
    if (Math.abs(before + after) >= 3) changed++;
  }
  const likeness = product / Math.max(1, Math.sqrt(earlier * later));
  const change = Math.sqrt((earlier + later) / 2 / first.length);
  return change > 1.5 && likeness > 0.7 && changed > 0.5 * first.length;
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
