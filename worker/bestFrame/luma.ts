import type { RgbPicture } from "../sampling/portablePixmaps";

/** The luma of each pixel of an sRGB picture, from 0 to 255: by the weights of ITU-R BT.709. */
export function lumaOf({ rgb }: RgbPicture): Uint8Array {
  const luma = new Uint8Array(rgb.length / 3);
  for (let at = 0; at < luma.length; at++) {
    const [red = 0, green = 0, blue = 0] = [rgb[3 * at], rgb[3 * at + 1], rgb[3 * at + 2]];
    luma[at] = Math.round(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  }
  return luma;
}
