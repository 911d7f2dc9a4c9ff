import type { RgbPicture } from "../../../worker/sampling/portablePixmaps";

export type Rgb = readonly [number, number, number];

/** A small picture, painted pixel by pixel. */
export function painted(
  colorAt: (x: number, y: number) => Rgb | number,
  width = 160,
  height = 90,
): RgbPicture {
  const rgb = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const color = colorAt(x, y);
      const channels = typeof color === "number" ? [color, color, color] : color;
      channels.forEach((level, c) => (rgb[3 * (y * width + x) + c] = Math.min(255, Math.max(0, level))));
    }
  return { width, height, rgb };
}

/** Something to see: objects with edges and some texture, under a sky. */
export function scene(x: number, y: number): Rgb {
  const texture = ((x * 7919 + y * 104729) % 41) - 20;
  if (y < 30) return [90 + y, 130 + y, 220 + texture / 4];
  const isThing = (x % 50) - 25 < 8 && y % 40 > 12;
  return isThing ? [200 + texture, 90, 40] : [60 + texture, 120 + texture, 50];
}

/** Every pixel of a picture, changed. */
export function changed(picture: RgbPicture, change: (level: number) => number): RgbPicture {
  return { ...picture, rgb: Buffer.from(picture.rgb.map((level) => Math.round(change(level)))) };
}

/** The mean of a square around each pixel. */
export function blurred({ width, height, rgb }: RgbPicture, radius: number): RgbPicture {
  return painted(
    (x, y) => {
      const sums = [0, 0, 0];
      let count = 0;
      for (let dy = -radius; dy <= radius; dy++)
        for (let dx = -radius; dx <= radius; dx++) {
          const [nearX, nearY] = [x + dx, y + dy];
          if (nearX < 0 || nearY < 0 || nearX >= width || nearY >= height) continue;
          count++;
          for (const c of [0, 1, 2]) sums[c] = (sums[c] ?? 0) + (rgb[3 * (nearY * width + nearX) + c] ?? 0);
        }
      return sums.map((sum) => Math.round(sum / count)) as unknown as Rgb;
    },
    width,
    height,
  );
}
