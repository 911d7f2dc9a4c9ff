import { UnusableVideoError } from "./errors";
import type { ByteRange, RangedAnswer, RangedSource } from "./rangedSource";

const blockBytes = 256 * 1024;
/** 32 MiB: holds the index of a long video and the GOPs around one frame. */
const maxCachedBlocks = 128;
/** Reading on without a seek doubles each request up to 1 MiB: few requests, little read in vain. */
const maxBlocksPerRequest = 4;
const maxTries = 3;

/**
 * One version of a video, read by blocks that are kept while its job lasts: ffprobe, ffmpeg and a second attempt
 * ask for the same index and the same GOP, and S3 is asked for them once.
 */
export class CachedVideo {
  /** What was read from the source so far. */
  bytesRead = 0;
  requests = 0;
  /** The first error of the source: what ffmpeg makes of a video with holes means nothing. */
  private fault: unknown;
  /** Least recently used first. */
  private readonly blocks = new Map<number, Buffer>();

  private constructor(
    private readonly source: RangedSource,
    private readonly signal: AbortSignal,
    private head: Omit<RangedAnswer, "bytes"> = { totalBytes: blockBytes, eTag: undefined, metadata: {} },
  ) {}

  /**
   * Reads the video's first block, and with it the size, the ETag and the metadata. Everything read later is of the
   * same version. `signal` ends every request of the video. Throws what the source throws.
   */
  static async open(source: RangedSource, signal: AbortSignal): Promise<CachedVideo> {
    const video = new CachedVideo(source, signal);
    const { bytes, ...head } = await video.request({ start: 0, end: blockBytes }, signal);
    if (head.totalBytes === 0) throw new UnusableVideoError("not a video: the file is empty");
    video.head = head;
    video.keep(0, bytes);
    return video;
  }

  get totalBytes(): number {
    return this.head.totalBytes;
  }

  get eTag(): string | undefined {
    return this.head.eTag;
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.head.metadata;
  }

  /** The range's bytes in pieces, fetched as they are taken; `signal` tells that nobody takes them any more. */
  async *read(range: ByteRange, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    let blocksPerRequest = 1;
    for (let position = range.start; position < range.end;) {
      const index = Math.floor(position / blockBytes);
      let block = this.cached(index);
      if (block === undefined) {
        block = await this.fetchRun(index, blocksPerRequest, range.end, signal);
        blocksPerRequest = Math.min(blocksPerRequest * 2, maxBlocksPerRequest);
      }
      const start = position - index * blockBytes;
      const piece = block.subarray(start, Math.min(block.length, range.end - index * blockBytes));
      position += piece.length;
      yield piece;
    }
  }

  /** Throws the source's fault, if it had one. */
  throwIfFaulty(): void {
    if (this.fault !== undefined) throw this.fault as Error;
  }

  private async fetchRun(
    first: number,
    maxBlocks: number,
    endByte: number,
    signal: AbortSignal,
  ): Promise<Buffer> {
    let count = 1;
    while (count < maxBlocks && (first + count) * blockBytes < endByte && !this.blocks.has(first + count))
      count++;
    const start = first * blockBytes;
    const end = Math.min(start + count * blockBytes, this.totalBytes);
    try {
      const { bytes } = await this.request({ start, end }, AbortSignal.any([signal, this.signal]));
      if (bytes.length !== end - start)
        throw new Error(`asked for ${end - start} bytes, got ${bytes.length}`);
      for (let i = 0; i < count; i++)
        this.keep(first + i, bytes.subarray(i * blockBytes, (i + 1) * blockBytes));
      return bytes.subarray(0, blockBytes);
    } catch (error) {
      if (!signal.aborted) this.fault ??= error;
      throw error;
    }
  }

  /** The SDK retries until an answer begins; this also retries an answer that breaks off in its middle. */
  private async request(range: ByteRange, signal: AbortSignal): Promise<RangedAnswer> {
    for (let attempt = 1; ; attempt++) {
      this.requests++;
      try {
        const answer = await this.source.read(range, this.head.eTag, signal);
        this.bytesRead += answer.bytes.length;
        return answer;
      } catch (error) {
        if (signal.aborted || attempt === maxTries || !isBrokenConnection(error)) throw error;
      }
    }
  }

  private cached(index: number): Buffer | undefined {
    const block = this.blocks.get(index);
    if (block !== undefined) this.keep(index, block);
    return block;
  }

  private keep(index: number, block: Buffer): void {
    this.blocks.delete(index);
    this.blocks.set(index, block);
    for (const oldest of this.blocks.keys()) {
      if (this.blocks.size <= maxCachedBlocks) break;
      this.blocks.delete(oldest);
    }
  }
}

function isBrokenConnection(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "ECONNRESET" || code === "EPIPE" || code === "ETIMEDOUT";
}
