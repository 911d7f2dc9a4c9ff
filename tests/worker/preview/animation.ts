import assert from "node:assert/strict";
import { ffmpeg } from "../videos";
import type { RgbPicture } from "../../../worker/sampling/portablePixmaps";

/** What the chunks of a WebP say. https://developers.google.com/speed/webp/docs/riff_container */
export interface ParsedWebP {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly isAnimated: boolean;
  /** How often it plays; 0 for without end. */
  readonly loops: number;
  readonly frames: readonly ParsedFrame[];
}

/** A rectangle of the canvas that is drawn, and for how long it is shown. */
export interface ParsedFrame {
  readonly left: number;
  readonly top: number;
  readonly durationMs: number;
  readonly isBlended: boolean;
  /** A WebP of its own. */
  readonly still: Buffer;
}

/** Parses an animated WebP, or a plain one with a header. */
export function parseWebP(file: Buffer): ParsedWebP {
  assert.equal(file.toString("latin1", 0, 4) + file.toString("latin1", 8, 12), "RIFFWEBP");
  assert.equal(file.readUInt32LE(4), file.length - 8);
  const all = chunksOf(file.subarray(12));
  const find = (type: string) => all.find((chunk) => chunk.type === type)?.content;
  const plain = find("VP8 ");
  if (plain !== undefined) {
    const [width, height] = [plain.readUInt16LE(6) & 0x3fff, plain.readUInt16LE(8) & 0x3fff];
    const frame = { left: 0, top: 0, durationMs: 0, isBlended: false, still: file };
    return { width, height, isAnimated: false, loops: 1, frames: [frame] };
  }
  const [header, animation] = [find("VP8X"), find("ANIM")];
  assert.ok(header !== undefined && animation !== undefined);
  return {
    width: header.readUIntLE(4, 3) + 1,
    height: header.readUIntLE(7, 3) + 1,
    isAnimated: ((header[0] ?? 0) & 2) !== 0,
    loops: animation.readUInt16LE(4),
    frames: all.filter(({ type }) => type === "ANMF").map(({ content }) => parseFrame(content)),
  };
}

function parseFrame(content: Buffer): ParsedFrame {
  const parts = chunksOf(content.subarray(16));
  const header = Buffer.alloc(10);
  header[0] = parts.some(({ type }) => type === "ALPH") ? 0x10 : 0;
  content.copy(header, 4, 6, 12);
  const body = [chunk("VP8X", header), ...parts.map(({ type, content: part }) => chunk(type, part))];
  return {
    left: content.readUIntLE(0, 3) * 2,
    top: content.readUIntLE(3, 3) * 2,
    durationMs: content.readUIntLE(12, 3),
    isBlended: ((content[15] ?? 0) & 2) === 0,
    still: chunk("RIFF", Buffer.concat([Buffer.from("WEBP"), ...body])),
  };
}

function chunksOf(bytes: Buffer): { type: string; content: Buffer }[] {
  const found: { type: string; content: Buffer }[] = [];
  let at = 0;
  while (at < bytes.length) {
    assert.ok(at + 8 <= bytes.length, "something that is no chunk follows the last one");
    const length = bytes.readUInt32LE(at + 4);
    found.push({
      type: bytes.toString("latin1", at, at + 4),
      content: bytes.subarray(at + 8, at + 8 + length),
    });
    at += 8 + length + (length & 1);
  }
  assert.equal(at, bytes.length);
  return found;
}

function chunk(type: string, content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.write(type, "latin1");
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content, Buffer.alloc(content.length & 1)]);
}

/** The pictures that an animation shows one after the other, each drawn over the one before; by one run of ffmpeg. */
export async function picturesOf({ width, height, frames }: ParsedWebP): Promise<RgbPicture[]> {
  const pad = `format=rgba,pad=${width}:${height}:0:0:black@0`;
  const args = ["-f", "webp_pipe", "-i", "pipe:0", "-vf", pad, "-fps_mode", "passthrough"];
  const input = Buffer.concat(frames.map(({ still }) => still));
  const drawn = await ffmpeg([...args, "-f", "rawvideo", "-pix_fmt", "rgba", "pipe:1"], input);
  assert.equal(drawn.length, frames.length * width * height * 4);
  const canvas = Buffer.alloc(width * height * 3);
  return frames.map(({ left, top, isBlended, still }, i) => {
    const rgba = drawn.subarray(i * width * height * 4);
    const [across, down] = isFramed(still)
      ? [still.readUIntLE(24, 3) + 1, still.readUIntLE(27, 3) + 1]
      : [width, height];
    for (let y = 0; y < down; y++)
      for (let x = 0; x < across; x++) {
        const from = (y * width + x) * 4;
        if (isBlended && (rgba[from + 3] ?? 0) < 128) continue;
        rgba.copy(canvas, ((top + y) * width + left + x) * 3, from, from + 3);
      }
    return { width, height, rgb: Buffer.from(canvas) };
  });
}

function isFramed(still: Buffer): boolean {
  return still.toString("latin1", 12, 16) === "VP8X";
}
