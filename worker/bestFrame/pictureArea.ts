/** A rectangle of pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What encoders make of black, and of the edge of a picture beside it. */
const blackBelow = 24;
const strayShare = 0.01;

/** What is between black bars above and below, and at both sides; of a black picture nothing. */
export function pictureArea(luma: Uint8Array, width: number, height: number): Area {
  const isBlackRow = (y: number) => isBlack(width, (x) => luma[y * width + x] ?? 0);
  const top = countFrom(height, isBlackRow);
  const bottom = countFrom(height - top, (y) => isBlackRow(height - 1 - y));
  const rows = height - top - bottom;
  const isBlackColumn = (x: number) => isBlack(rows, (y) => luma[(top + y) * width + x] ?? 0);
  const left = countFrom(width, isBlackColumn);
  const right = countFrom(width - left, (x) => isBlackColumn(width - 1 - x));
  return { left, top, width: width - left - right, height: rows };
}

/** How many lines there are until one is not black. */
function countFrom(lines: number, isBlackLine: (line: number) => boolean): number {
  let count = 0;
  while (count < lines && isBlackLine(count)) count++;
  return count;
}

function isBlack(length: number, level: (at: number) => number): boolean {
  let stray = 0;
  for (let at = 0; at < length; at++) if (level(at) >= blackBelow) stray++;
  return stray <= strayShare * length;
}
