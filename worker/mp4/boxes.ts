/** A box of an ISO base media file (ISO/IEC 14496-12, section 4.2): from byte `start` to before `end`. */
export interface Box {
  readonly type: string;
  readonly start: number;
  /** Where what it holds begins. */
  readonly contentStart: number;
  readonly end: number;
}

/** The longest header: size, type and, where the size is 1, the size in 64 bits. */
export const maxHeaderBytes = 16;

/**
 * The box whose header begins `header`, at byte `start` of what ends at byte `limit`. Undefined when no such box can be
 * there: it is smaller than its header, or `header` too short. It may claim to end after `limit`.
 */
export function readBox(header: Buffer, start: number, limit: number): Box | undefined {
  if (header.length < 8) return undefined;
  const type = header.toString("latin1", 4, 8);
  const size32 = header.readUInt32BE(0);
  if (size32 === 1 && header.length < maxHeaderBytes) return undefined;
  const headerBytes = size32 === 1 ? maxHeaderBytes : 8;
  // 0: to the file's end.
  const size = size32 === 1 ? Number(header.readBigUInt64BE(8)) : size32 === 0 ? limit - start : size32;
  if (size < headerBytes || !Number.isSafeInteger(start + size)) return undefined;
  return { type, start, contentStart: start + headerBytes, end: start + size };
}

/** More boxes side by side than any file has. */
const maxSiblings = 10_000;

/** The boxes in `bytes` from `start` to `end`, in order; it ends at the first one that is not whole. */
export function* boxesIn(bytes: Buffer, start = 0, end = bytes.length): Generator<Box> {
  for (let at = start, count = 0; at < end && count < maxSiblings; count++) {
    const box = readBox(bytes.subarray(at, Math.min(at + maxHeaderBytes, end)), at, end);
    if (box === undefined || box.end > end) return;
    yield box;
    at = box.end;
  }
}

/** The first box of the type that `path` leads to, of those in `bytes` from `start` to `end`. */
export function findBox(
  bytes: Buffer,
  [type, ...path]: readonly string[],
  start = 0,
  end = bytes.length,
): Box | undefined {
  for (const box of boxesIn(bytes, start, end)) {
    if (box.type !== type) continue;
    return path.length === 0 ? box : findBox(bytes, path, box.contentStart, box.end);
  }
  return undefined;
}

/** A box of type `free`, which readers skip, from `start` to before `end`: its header. Needs 16 bytes of room. */
export function freeHeader(start: number, end: number): Buffer {
  const header = Buffer.alloc(maxHeaderBytes);
  header.writeUInt32BE(1, 0);
  header.write("free", 4, "latin1");
  header.writeBigUInt64BE(BigInt(end - start), 8);
  return header;
}
