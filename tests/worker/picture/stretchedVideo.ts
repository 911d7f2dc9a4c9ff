import type { ByteRange } from "../../../worker/source/rangedSource";

/** A stretch of a video: bytes, or so many zeros. */
type Part = Buffer | number;

const gibibyte = 1024 ** 3;

/**
 * An MP4 with its index at the end, pulled apart to 10 GiB: its frames lie behind 3 GiB of zeros, and its index behind
 * 7 GiB more. Gives its size, and the bytes of a range.
 */
export function stretched(mp4: Buffer): { totalBytes: number; bytes: (range: ByteRange) => Buffer } {
  const mdat = findBox(mp4, 0, "mdat");
  const moov = findBox(mp4, mdat, "moov");
  const index = Buffer.from(mp4.subarray(moov));
  moveChunks(index, 3 * gibibyte);
  const parts: Part[] = [
    mp4.subarray(0, mdat),
    ...freeBox(3 * gibibyte),
    mp4.subarray(mdat, moov),
    ...freeBox(7 * gibibyte),
    index,
  ];
  return {
    totalBytes: parts.reduce<number>((sum, part) => sum + lengthOf(part), 0),
    bytes: (range) => cut(parts, range),
  };
}

/**
 * A fragmented MP4, pulled apart: behind each fragment so many bytes of nothing (at least 16), as if its frames were larger. Where it
 * ends with a list of its fragments (`mfra`, with 64-bit offsets as ffmpeg writes it), that is put right.
 */
export function spread(
  mp4: Buffer,
  bytesAfter: (fragment: number) => number,
): { totalBytes: number; bytes: (range: ByteRange) => Buffer } {
  const parts: Part[] = [];
  const moved = new Map<bigint, bigint>();
  let added = 0;
  for (let at = 0; at < mp4.length;) {
    const [size, type] = [mp4.readUInt32BE(at), mp4.toString("latin1", at + 4, at + 8)];
    const box = Buffer.from(mp4.subarray(at, at + size));
    if (type === "moof") moved.set(BigInt(at), BigInt(at + added));
    if (type === "mfra") moveFragments(box, moved);
    parts.push(box);
    if (type === "mdat") {
      const bytes = bytesAfter(moved.size - 1);
      parts.push(...freeBox(bytes));
      added += bytes;
    }
    at += size;
  }
  return { totalBytes: mp4.length + added, bytes: (range) => cut(parts, range) };
}

/** ISO 14496-12, section 8.8.10: where each fragment begins in the file. */
function moveFragments(mfra: Buffer, moved: ReadonlyMap<bigint, bigint>): void {
  for (let at = mfra.indexOf("tfra"); at >= 0; at = mfra.indexOf("tfra", at + 4)) {
    const count = mfra.readUInt32BE(at + 16);
    // A time, an offset, and three numbers of one byte.
    for (let entry = at + 20; entry < at + 20 + 19 * count; entry += 19) {
      const to = moved.get(mfra.readBigUInt64BE(entry + 8));
      if (to === undefined) throw new Error("the list of fragments names one that is not there");
      mfra.writeBigUInt64BE(to, entry + 8);
    }
  }
}

/** ISO 14496-12, section 8.1.2: a box of nothing, with a size of 64 bits. */
function freeBox(bytes: number): Part[] {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(1);
  header.write("free", 4, "latin1");
  header.writeBigUInt64BE(BigInt(bytes), 8);
  return [header, bytes - header.length];
}

/** ISO 14496-12, section 8.7.5: where each chunk begins in the file. */
function moveChunks(index: Buffer, bytes: number): void {
  for (let at = index.indexOf("stco"); at >= 0; at = index.indexOf("stco", at + 4)) {
    const count = index.readUInt32BE(at + 8);
    for (let i = 0; i < count; i++) {
      const entry = at + 12 + 4 * i;
      index.writeUInt32BE(index.readUInt32BE(entry) + bytes, entry);
    }
  }
}

function findBox(mp4: Buffer, start: number, type: string): number {
  for (let at = start; at + 8 <= mp4.length; at += mp4.readUInt32BE(at)) {
    if (mp4.toString("latin1", at + 4, at + 8) === type) return at;
  }
  throw new Error(`there is no box ${type}`);
}

function cut(parts: readonly Part[], { start, end }: ByteRange): Buffer {
  const pieces: Buffer[] = [];
  let partStart = 0;
  for (const part of parts) {
    const from = Math.max(start - partStart, 0);
    const to = Math.min(end - partStart, lengthOf(part));
    if (from < to) pieces.push(typeof part === "number" ? Buffer.alloc(to - from) : part.subarray(from, to));
    partStart += lengthOf(part);
  }
  return Buffer.concat(pieces);
}

const lengthOf = (part: Part) => (typeof part === "number" ? part : part.length);
