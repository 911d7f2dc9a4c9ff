import type { RgbPicture } from "../sampling/portablePixmaps";
import { lumaOf } from "./luma";
import type { Area } from "./pictureArea";
import { pictureArea } from "./pictureArea";

/** What is measured of a small picture, inside its black bars. Levels are luma from 0 to 255, shares from 0 to 1. */
export interface Measures {
  /** Of the frame that is not black bars at its sides. */
  readonly pictureShare: number;
  /** Of the frame that is black or nearly so, bars included. */
  readonly blackShare: number;
  readonly meanLevel: number;
  /** Those that one and 99 percent of the pixels stay below. */
  readonly blackLevel: number;
  readonly whiteLevel: number;
  /** The spread of the levels: their standard deviation. */
  readonly contrast: number;
  /** Of the picture that shows something: blocks of it that are not all of one level. */
  readonly detailShare: number;
  /** How hard the hardest edges are, as a part of the range of levels. */
  readonly sharpness: number;
  /** How far from gray the colours are on the average, from 0 to 255. */
  readonly colorfulness: number;
  /** Which share of the pixels has which colour: 64 of them. */
  readonly histogram: readonly number[];
}

const nearlyBlack = 28;

/** Measures a picture. */
export function measure(picture: RgbPicture): Measures {
  const { rgb } = picture;
  const luma = lumaOf(picture);
  const area = pictureArea(luma, picture.width, picture.height);
  const levels = new Array<number>(256).fill(0);
  const histogram = new Array<number>(64).fill(0);
  let [sum, squares, saturation] = [0, 0, 0];
  eachPixel(area, picture.width, (at) => {
    const level = luma[at] ?? 0;
    levels[level] = (levels[level] ?? 0) + 1;
    sum += level;
    squares += level * level;
    const [red, green, blue] = [rgb[3 * at] ?? 0, rgb[3 * at + 1] ?? 0, rgb[3 * at + 2] ?? 0];
    saturation += Math.max(red, green, blue) - Math.min(red, green, blue);
    const color = (red >> 6) * 16 + (green >> 6) * 4 + (blue >> 6);
    histogram[color] = (histogram[color] ?? 0) + 1;
  });
  const count = Math.max(1, area.width * area.height);
  const meanLevel = sum / count;
  const [blackLevel, whiteLevel] = [percentile(levels, 0.01), percentile(levels, 0.99)];
  const blackPixels = luma.reduce((black, level) => black + (level < nearlyBlack ? 1 : 0), 0);
  return {
    pictureShare: (area.width * area.height) / (picture.width * picture.height),
    blackShare: blackPixels / luma.length,
    meanLevel,
    blackLevel,
    whiteLevel,
    contrast: Math.sqrt(Math.max(0, squares / count - meanLevel * meanLevel)),
    detailShare: detailShare(luma, picture.width, area, whiteLevel - blackLevel),
    sharpness: sharpness(luma, picture.width, area, whiteLevel - blackLevel),
    colorfulness: saturation / count,
    histogram: histogram.map((pixels) => pixels / count),
  };
}

function eachPixel({ left, top, width, height }: Area, stride: number, use: (at: number) => void): void {
  for (let y = top; y < top + height; y++) for (let x = left; x < left + width; x++) use(y * stride + x);
}

function percentile(levels: readonly number[], part: number): number {
  const total = levels.reduce((sum, count) => sum + count, 0);
  let below = 0;
  const level = levels.findIndex((count) => (below += count) > part * total);
  return Math.max(0, level);
}

const blockPixels = 8;

function detailShare(luma: Uint8Array, stride: number, area: Area, range: number): number {
  const { left, top, width, height } = area;
  const least = Math.max(1.5, 0.025 * range);
  let [blocks, detailed] = [0, 0];
  for (let y = top; y + blockPixels <= top + height; y += blockPixels) {
    for (let x = left; x + blockPixels <= left + width; x += blockPixels) {
      let [sum, squares] = [0, 0];
      eachPixel({ left: x, top: y, width: blockPixels, height: blockPixels }, stride, (at) => {
        const level = luma[at] ?? 0;
        sum += level;
        squares += level * level;
      });
      const mean = sum / blockPixels ** 2;
      blocks++;
      if (squares / blockPixels ** 2 - mean * mean > least * least) detailed++;
    }
  }
  return blocks === 0 ? 0 : detailed / blocks;
}

/** The mean of the largest two percent of the steps from a pixel to the next one across or down. */
function sharpness(luma: Uint8Array, stride: number, area: Area, range: number): number {
  const steps = new Array<number>(256).fill(0);
  const inner = { ...area, width: area.width - 1, height: area.height - 1 };
  eachPixel(inner, stride, (at) => {
    const level = luma[at] ?? 0;
    const step = Math.max(Math.abs(level - (luma[at + 1] ?? 0)), Math.abs(level - (luma[at + stride] ?? 0)));
    steps[step] = (steps[step] ?? 0) + 1;
  });
  let left = Math.ceil(0.02 * Math.max(0, inner.width * inner.height));
  if (left === 0) return 0;
  const wanted = left;
  let sum = 0;
  for (let step = 255; step > 0 && left > 0; step--) {
    const count = Math.min(left, steps[step] ?? 0);
    sum += count * step;
    left -= count;
  }
  return sum / wanted / Math.max(16, range);
}
