/** How a decoded frame is turned to stand upright: mirrored along its main diagonal first, if so, then flipped. */
export interface Orientation {
  /** Rows become columns: width and height change places. */
  readonly transposed: boolean;
  /** Left and right change places. */
  readonly flippedAcross: boolean;
  /** Top and bottom change places. */
  readonly flippedDown: boolean;
}

export const upright: Orientation = { transposed: false, flippedAcross: false, flippedDown: false };

/**
 * Reads a track's display matrix (ISO/IEC 14496-12, 8.3.2; Matroska's and QuickTime's are given in the same form) as
 * ffprobe prints it: three rows of a number and three values. Angles between quarter turns go to the nearest one,
 * as in browsers.
 */
export function parseDisplayMatrix(text: string): Orientation {
  const [a = 1, b = 0, , c = 0, d = 1] = [...text.matchAll(/ (-?\d+)/g)].map((match) => Number(match[1]));
  // A point (x, y) of the frame is shown at (ax + cy, bx + dy).
  return Math.abs(a) + Math.abs(d) >= Math.abs(b) + Math.abs(c)
    ? { transposed: false, flippedAcross: a < 0, flippedDown: d < 0 }
    : { transposed: true, flippedAcross: c < 0, flippedDown: b < 0 };
}

/** The clockwise turn that makes a frame upright: 0, 90, 180 or 270; of a mirrored one that of its mirror image. */
export function rotationDegrees({ transposed, flippedDown }: Orientation): number {
  if (transposed) return flippedDown ? 270 : 90;
  return flippedDown ? 180 : 0;
}

/** The ffmpeg filters that turn a frame upright. */
export function turnUpright({ transposed, flippedAcross, flippedDown }: Orientation): string[] {
  return [
    // ffmpeg's name for a mirror along the main diagonal.
    ...(transposed ? ["transpose=cclock_flip"] : []),
    ...(flippedAcross ? ["hflip"] : []),
    ...(flippedDown ? ["vflip"] : []),
  ];
}
