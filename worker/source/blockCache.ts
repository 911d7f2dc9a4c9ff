import type { ByteRange } from "./rangedSource";

/** What is read and kept as one. Small: the index at a video's end, or each of its fragments, may be a few KiB. */
export const blockBytes = 64 * 1024;

/** 32 MiB: holds the index of a long video and the GOPs around one frame. */
const maxBlocks = 512;

/** The blocks of a video that were read, by their number; the least recently used go when there are too many. */
export class BlockCache {
  /** Least recently used first. */
  private readonly blocks = new Map<number, Buffer>();

  has(index: number): boolean {
    return this.blocks.has(index);
  }

  /** A block, which is then the most recently used. */
  use(index: number): Buffer | undefined {
    const block = this.blocks.get(index);
    if (block !== undefined) this.keep(index, block);
    return block;
  }

  /**
   * Keeps the blocks in `bytes`, of which the first is block `first`; as copies, since one block that stays would keep
   * all of an answer's memory.
   */
  keep(first: number, bytes: Buffer): void {
    for (let start = 0; start < bytes.length; start += blockBytes) {
      const index = first + start / blockBytes;
      this.blocks.delete(index);
      this.blocks.set(index, Buffer.from(bytes.subarray(start, start + blockBytes)));
    }
    for (const oldest of this.blocks.keys()) {
      if (this.blocks.size <= maxBlocks) break;
      this.blocks.delete(oldest);
    }
  }

  /** A range's bytes in pieces, from its first one as far as they are here without a gap. */
  piecesOf({ start, end }: ByteRange): Buffer[] {
    const pieces: Buffer[] = [];
    for (let at = start; at < end; at += pieces.at(-1)?.length ?? 0) {
      const index = Math.floor(at / blockBytes);
      const piece = this.use(index)?.subarray(at - index * blockBytes, end - index * blockBytes);
      if (piece === undefined || piece.length === 0) break;
      pieces.push(piece);
    }
    return pieces;
  }
}
