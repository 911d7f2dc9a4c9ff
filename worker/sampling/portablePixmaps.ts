/** A picture in memory: three bytes a pixel, row by row. */
export interface RgbPicture {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly rgb: Buffer;
}

/**
 * Turns chunks of a stream of binary portable pixmaps (`ppm`), as ffmpeg writes them, into its pictures, of which one at
 * a time is kept here. What comes after anything else is left alone.
 * https://netpbm.sourceforge.net/doc/ppm.html
 */
export function splitPixmaps(onPicture: (picture: RgbPicture) => void): (chunk: Buffer) => void {
  let header: string | undefined = "";
  let picture: { width: number; height: number; rgb: Buffer; filled: number } | undefined;
  return (chunk) => {
    let position = 0;
    while (position < chunk.length && header !== undefined) {
      if (picture === undefined) {
        header += String.fromCharCode(chunk[position++] ?? 0);
        picture = begun(header);
        if (header.length > maxHeaderLength) header = undefined;
        continue;
      }
      const copied = chunk.copy(picture.rgb, picture.filled, position);
      picture.filled += copied;
      position += copied;
      if (picture.filled < picture.rgb.length) continue;
      const { width, height, rgb } = picture;
      header = "";
      picture = undefined;
      onPicture({ width, height, rgb });
    }
  };
}

const maxHeaderLength = 32;

function begun(header: string) {
  const [, width, height] = /^P6\n(\d+) (\d+)\n255\n$/.exec(header)?.map(Number) ?? [];
  if (width !== undefined && height !== undefined)
    return { width, height, rgb: Buffer.alloc(width * height * 3), filled: 0 };
  return undefined;
}
