import type { RgbPicture } from "../sampling/portablePixmaps";
import { lumaOf } from "./luma";

/** How far apart the three pictures are by which a transition shows. */
export const transitionStepSeconds = 0.12;

/**
 * Whether three pictures, evenly apart in time, are of a fade or dissolve: then each pixel goes on changing as it did
 * before, nearly everywhere, while what moves changes pixels to and fro, and somewhere.
 */
export function isTransition(pictures: readonly RgbPicture[]): boolean {
  const [first, second, third] = pictures.map(lumaOf);
  if (first === undefined || second === undefined || third?.length !== first.length) return false;
  let [product, earlier, later, changed] = [0, 0, 0, 0];
  for (let at = 0; at < first.length; at++) {
    const before = (second[at] ?? 0) - (first[at] ?? 0);
    const after = (third[at] ?? 0) - (second[at] ?? 0);
    product += before * after;
    earlier += before * before;
    later += after * after;
    if (Math.abs(before + after) >= 3) changed++;
  }
  const likeness = product / Math.max(1, Math.sqrt(earlier * later));
  const change = Math.sqrt((earlier + later) / 2 / first.length);
  return change > 2 && likeness > 0.6 && changed > 0.5 * first.length;
}
