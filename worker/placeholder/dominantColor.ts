import type { RgbPicture } from "../sampling/portablePixmaps";
import type { Oklab } from "./oklab";
import { distanceBetween, fromRgb, toRgb } from "./oklab";

/** The side of a histogram's cell in Oklab, where black and white are 1 apart. */
const cellSide = 0.1;

/**
 * The colour that most of a picture has, as `#rrggbb`. The pixels are counted in cells of a perceptual space (Oklab); the
 * mean of the fullest cell is the middle of a ball as wide as two cells, so that a colour at a cell's border counts with
 * all its pixels; the mean of the pixels in the ball is the colour. Of two equally full cells it is the one that comes
 * first, row by row.
 */
export function dominantColor({ rgb }: RgbPicture): string {
  const pixels: Oklab[] = [];
  const cells = new Map<string, Oklab[]>();
  for (let at = 0; at + 2 < rgb.length; at += 3) {
    const pixel = fromRgb(rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0);
    pixels.push(pixel);
    const cell = pixel.map((coordinate) => Math.round(coordinate / cellSide)).join();
    const inCell = cells.get(cell);
    if (inCell === undefined) cells.set(cell, [pixel]);
    else inCell.push(pixel);
  }
  let fullest: readonly Oklab[] = [];
  for (const inCell of cells.values()) if (inCell.length > fullest.length) fullest = inCell;
  const middle = meanOf(fullest);
  return inHex(toRgb(meanOf(pixels.filter((pixel) => distanceBetween(pixel, middle) <= cellSide))));
}

function meanOf(colors: readonly Oklab[]): Oklab {
  let [lightness, a, b] = [0, 0, 0];
  for (const color of colors) {
    lightness += color[0];
    a += color[1];
    b += color[2];
  }
  const count = Math.max(1, colors.length);
  return [lightness / count, a / count, b / count];
}

function inHex(levels: readonly number[]): string {
  return `#${levels.map((level) => level.toString(16).padStart(2, "0")).join("")}`;
}
