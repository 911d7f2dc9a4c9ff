import type { Bounds } from "../picture/filters";
import type { RgbFrames } from "../picture/encodePixels";
import type { RgbPicture } from "../sampling/portablePixmaps";

/** Where a tile is in its sheet, in pixels. */
export interface TilePlace {
  readonly x: number;
  readonly y: number;
}

/** A sheet to be encoded, and where its tiles are. */
export interface Sheet {
  readonly pixels: RgbFrames;
  readonly places: readonly TilePlace[];
}

/** The size of all tiles, by that of one picture: even, so that no colour of JPEG's or WebP's belongs to two tiles. */
export function tileSize({ width, height }: RgbPicture): Bounds {
  const even = (side: number) => Math.max(2, side - (side % 2));
  return { width: even(width), height: even(height) };
}

/** Lays pictures out in rows of so many columns, of which none need be filled. */
export function layOut(pictures: readonly RgbPicture[], tile: Bounds, columns: number): Sheet {
  const rows = Math.ceil(pictures.length / columns);
  const places = pictures.map((_, i) => ({
    x: (i % columns) * tile.width,
    y: Math.floor(i / columns) * tile.height,
  }));
  const [width, height] = [columns * tile.width, rows * tile.height];
  const rgb = Buffer.alloc(width * height * 3);
  for (const [i, picture] of pictures.entries()) {
    const place = places[i];
    if (place !== undefined) copyInto({ width, rgb }, place, picture, tile);
  }
  return { pixels: { width, height, frames: [rgb] }, places };
}

/** Copies the middle of a picture that is larger than a tile; around a smaller one, as some videos have, it is black. */
function copyInto(
  sheet: { readonly width: number; readonly rgb: Buffer },
  place: TilePlace,
  picture: RgbPicture,
  tile: Bounds,
): void {
  const across = middle(picture.width, tile.width);
  const down = middle(picture.height, tile.height);
  for (let row = 0; row < down.length; row++) {
    const from = ((down.from + row) * picture.width + across.from) * 3;
    const to = ((place.y + down.to + row) * sheet.width + place.x + across.to) * 3;
    picture.rgb.copy(sheet.rgb, to, from, from + across.length * 3);
  }
}

/** Which part of a picture's side goes to which part of a tile's. */
function middle(picture: number, tile: number): { from: number; to: number; length: number } {
  const spare = tile - picture;
  return spare >= 0
    ? { from: 0, to: Math.floor(spare / 2), length: picture }
    : { from: Math.floor(-spare / 2), to: 0, length: tile };
}
