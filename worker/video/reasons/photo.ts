import { topLevelBoxes } from "./topLevelBoxes";

/** The brands of still images (ISO/IEC 23008-12, 10.2 and annex B; AV1 Image File Format, 8.2). */
const stillBrands = /^(?:hei[cmsx]|mi[fa][12f]|avif)$/;

/**
 * Whether a file that ffmpeg opens is a photo, of which it may show one tile: it has the brand of still images, as its
 * tags tell, and no movie. Phones write both into one file; that is a video.
 */
export async function isPhoto(
  { major_brand = "", compatible_brands = "" }: Readonly<Record<string, string>> = {},
  url: string,
  signal: AbortSignal,
): Promise<boolean> {
  const brands = [major_brand, ...(compatible_brands.match(/.{4}/gs) ?? [])];
  if (!brands.some((brand) => stillBrands.test(brand))) return false;
  const boxes = await topLevelBoxes(url, signal);
  return boxes !== undefined && boxes.types.has("meta") && !boxes.types.has("moov");
}
