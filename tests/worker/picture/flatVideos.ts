import { ffmpeg } from "../videos";

/** The colours of the bands of `flatVideo`, from left to right, as RGB. */
export const bandColors = ["C83214", "1E90FF", "20A040", "808080", "F0F0F0"] as const;

/** The share of red and blue in luma: ITU-R BT.601, BT.709 and BT.2020, FCC 73.682, SMPTE 240M. */
const lumaShares = {
  bt601: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  bt2020: [0.2627, 0.0593],
  fcc: [0.3, 0.11],
  smpte240m: [0.212, 0.087],
} as const;

export type Matrix = keyof typeof lumaShares | "ycgco" | "rgb";

export interface FlatVideo {
  readonly matrix?: Matrix;
  readonly fullRange?: boolean;
  /** A raw pixel format of ffmpeg's: planar YCbCr or GBR, or gray, of 8 to 16 bits. */
  readonly pixelFormat?: string;
  readonly width?: number;
  readonly height?: number;
  readonly frames?: number;
  /** What is encoded: RGB of 0 to 1, and after it alpha where the pixel format has it. Default: that of `bandColors`. */
  readonly colors?: readonly (readonly number[])[];
  /** Into how many rows, each of its own colours, the colours are laid. */
  readonly rows?: number;
  /** Arguments between the input and the output. */
  readonly encode: readonly string[];
}

/**
 * A video whose frames show the colours as vertical bands, or as rows of patches. What the encoder gets is computed here, so that no filter
 * of ffmpeg's takes part.
 */
export async function flatVideo(path: string, options: FlatVideo): Promise<void> {
  const { pixelFormat = "yuv420p", width = 160, height = 96, frames = 3 } = options;
  const colors = options.colors ?? bandColors.map(rgbOf);
  const patchRows = options.rows ?? 1;
  const patchColumns = colors.length / patchRows;
  const patches = colors.map((color) => codeValues(color, options));
  const [across, down] = pixelFormat.includes("420") ? [2, 2] : pixelFormat.includes("422") ? [2, 1] : [1, 1];
  const wide = bitsOf(pixelFormat) > 8;
  const frame = Buffer.concat(
    patches[0]!.map((_, plane) => {
      const isChroma = /^yuv/.test(pixelFormat) && (plane === 1 || plane === 2);
      const columns = Math.ceil(width / (isChroma ? across : 1));
      const rows = Math.ceil(height / (isChroma ? down : 1));
      const lines = Array.from({ length: patchRows }, (_, patchRow) => {
        const line = Buffer.alloc(columns * (wide ? 2 : 1));
        for (let x = 0; x < columns; x++) {
          const patch = patchRow * patchColumns + Math.floor((x * patchColumns) / columns);
          const value = patches[patch]![plane]!;
          if (wide) line.writeUInt16LE(value, x * 2);
          else line[x] = value;
        }
        return line;
      });
      return Buffer.concat(
        Array.from({ length: rows }, (_, y) => lines[Math.floor((y * patchRows) / rows)]!),
      );
    }),
  );
  const raw = ["-f", "rawvideo", "-pix_fmt", pixelFormat, "-s", `${width}x${height}`, "-r", "25"];
  await ffmpeg(
    [...raw, "-i", "pipe:0", "-pix_fmt", pixelFormat, ...options.encode, path],
    Array<Buffer>(frames).fill(frame),
  );
}

function rgbOf(hex: string): number[] {
  return [...Buffer.from(hex, "hex")].map((level) => level / 255);
}

function bitsOf(pixelFormat: string): number {
  return Number(/(?:p|gray)(9|10|12|14|16)/.exec(pixelFormat)?.[1] ?? 8);
}

/** The values of the planes, in the order of the pixel format. ITU-R BT.709, 3; ITU-T H.273, 8.3. */
function codeValues(
  [r = 0, g = 0, b = 0, a = 1]: readonly number[],
  { matrix = "bt601", fullRange = false, pixelFormat = "yuv420p" }: FlatVideo,
): number[] {
  const bits = bitsOf(pixelFormat);
  const scale = 2 ** (bits - 8);
  const max = 2 ** bits - 1;
  const luma = (y: number) => Math.round(fullRange ? y * max : (16 + 219 * y) * scale);
  const chroma = (c: number) => Math.round(fullRange ? c * max + 128 * scale : (128 + 224 * c) * scale);
  const alpha = /^(yuva|gbrap)/.test(pixelFormat) ? [Math.round(a * max)] : [];
  if (matrix === "rgb") return [g, b, r].map((level) => Math.round(level * max)).concat(alpha);
  if (matrix === "ycgco") {
    // H.273 forms it from limited-range R, G and B, so that chroma has luma's scale.
    const difference = (c: number) => Math.round((128 + 219 * c) * scale);
    return [luma(r / 4 + g / 2 + b / 4), difference(-r / 4 + g / 2 - b / 4), difference((r - b) / 2)];
  }
  const [kr, kb] = lumaShares[matrix];
  const y = kr * r + (1 - kr - kb) * g + kb * b;
  if (pixelFormat.startsWith("gray")) return [luma(y)];
  return [luma(y), chroma((b - y) / (2 * (1 - kb))), chroma((r - y) / (2 * (1 - kr))), ...alpha];
}

/** The colours (0 to 255) in the middle of a picture's `count` bands, from left to right. */
export async function bandsOf(picture: Buffer, count: number = bandColors.length): Promise<number[][]> {
  const args = ["-vf", `scale=${count * 9}:9:flags=neighbor,format=rgb24`, "-f", "rawvideo", "pipe:1"];
  const pixels = await ffmpeg(["-i", "pipe:0", ...args], picture);
  return Array.from({ length: count }, (_, band) => {
    const start = (4 * count * 9 + band * 9 + 4) * 3;
    return [...pixels.subarray(start, start + 3)];
  });
}
