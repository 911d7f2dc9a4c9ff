/** A colour in a space where equal distances look equal: lightness from 0 to 1, green to red, blue to yellow. */
export type Oklab = readonly [lightness: number, a: number, b: number];

/** Of levels of sRGB from 0 to 255. The numbers are those of https://www.w3.org/TR/css-color-4/#color-conversion-code. */
export function fromRgb(red: number, green: number, blue: number): Oklab {
  const [r, g, b] = [linearLight(red), linearLight(green), linearLight(blue)];
  const long = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const medium = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const short = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
  ];
}

/** The nearest levels of sRGB: whole numbers from 0 to 255. */
export function toRgb([lightness, a, b]: Oklab): [red: number, green: number, blue: number] {
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    level(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    level(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    level(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

export function distanceBetween(one: Oklab, other: Oklab): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

/** IEC 61966-2-1. */
function linearLight(level: number): number {
  const part = level / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function level(light: number): number {
  const limited = Math.min(1, Math.max(0, light));
  return Math.round(255 * (limited <= 0.0031308 ? 12.92 * limited : 1.055 * limited ** (1 / 2.4) - 0.055));
}
