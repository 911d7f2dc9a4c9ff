import type { RgbPicture } from "../sampling/portablePixmaps";
import { splitPixmaps } from "../sampling/portablePixmaps";
import { dominantColor } from "./dominantColor";

/** What a page can show before a picture is there. */
export interface Placeholder {
  /** Base64. https://evanw.github.io/thumbhash/ */
  readonly thumbHash: string;
  /** `#rrggbb`: see {@link dominantColor}. */
  readonly dominantColor: string;
}

/** The placeholder of a picture of at most 100 pixels a side, from its binary portable pixmap. */
export async function placeholderOf(pixmap: Buffer): Promise<Placeholder> {
  const pictures: RgbPicture[] = [];
  splitPixmaps((picture) => pictures.push(picture))(pixmap);
  const [picture] = pictures;
  if (picture === undefined) throw new Error("ffmpeg wrote something else than a ppm");
  return { thumbHash: await thumbHashOf(picture), dominantColor: dominantColor(picture) };
}

async function thumbHashOf({ width, height, rgb }: RgbPicture): Promise<string> {
  // An ECMAScript module, which a CommonJS one loads only so.
  const { rgbaToThumbHash } = await import("thumbhash");
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++)
    rgba.set(rgb.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
  return Buffer.from(rgbaToThumbHash(width, height, rgba)).toString("base64");
}
