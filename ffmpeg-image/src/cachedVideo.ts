import { UnusableVideoError } from "./errors";
import type { ByteRange, RangedAnswer, RangedSource } from "./rangedSource";

/** What is read and kept as one. Small: the index at a video's end, or each of its fragments, may be a few KiB. */
const blockBytes = 64 * 1024;
/** Most videos' index, or else their first keyframe. */
const firstRequestBytes = 4 * blockBytes;
/** Half of the last request is read in vain, on the average; each request costs S3's latency and its price. */
const maxBlocksPerRequest = 8;
/** 32 MiB: holds the index of a long video and the GOPs around one frame. */
const maxCachedBlocks = 512;
const requestTimeoutSeconds = 30;
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
    private head: Omit<RangedAnswer, "bytes"> = { totalBytes: Infinity, eTag: undefined, metadata: {} },
  ) {}

  /**
   * Reads the video's beginning, and with it the size, the ETag and the metadata. Everything read later is of the
   * same version. `signal` ends every request of the video. Throws what the source throws.
   */
  static async open(source: RangedSource, signal: AbortSignal): Promise<CachedVideo> {
    const video = new CachedVideo(source, signal);
    const { bytes, ...head } = await video.request({ start: 0, end: firstRequestBytes }, signal);
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

  /**
   * The range's bytes in pieces, as far as they are at hand without a gap: at least the first one, which one request
   * fetches when it is missing. `signal` tells that nobody waits for it any more.
   */
  async read(range: ByteRange, signal: AbortSignal): Promise<Buffer[]> {
    const first = Math.floor(range.start / blockBytes);
    const last = Math.floor((range.end - 1) / blockBytes);
    if (!this.blocks.has(first)) await this.fetch(first, last, signal);
    const pieces: Buffer[] = [];
    for (let index = first; index <= last; index++) {
      const block = this.cached(index);
      if (block === undefined) break;
      const blockStart = index * blockBytes;
      pieces.push(block.subarray(Math.max(0, range.start - blockStart), range.end - blockStart));
    }
    return pieces;
  }

  /** Throws the source's fault, if it had one. */
  throwIfFaulty(): void {
    if (this.fault !== undefined) throw this.fault as Error;
  }

  /** Fetches the block `first`, and with it as many as were read on to it without a seek, so that requests grow. */
  private async fetch(first: number, last: number, signal: AbortSignal): Promise<void> {
    this.throwIfFaulty();
    let readOn = 1;
    while (readOn < maxBlocksPerRequest && this.blocks.has(first - readOn)) readOn++;
    let count = 1;
    while (count < readOn && first + count <= last && !this.blocks.has(first + count)) count++;
    const start = first * blockBytes;
    const end = Math.min(start + count * blockBytes, this.totalBytes);
    try {
      const { bytes } = await this.request({ start, end }, AbortSignal.any([signal, this.signal]));
      this.keep(first, bytes);
    } catch (error) {
      if (!signal.aborted) this.fault ??= error;
      throw error;
    }
  }

  /** The SDK retries until an answer begins; this also retries an answer that breaks off, or stands still. */
  private async request({ start, end }: ByteRange, signal: AbortSignal): Promise<RangedAnswer> {
    for (let attempt = 1; ; attempt++) {
      this.requests++;
      const timeout = AbortSignal.timeout(requestTimeoutSeconds * 1000);
      try {
        const answer = await this.source.read(
          { start, end },
          this.head.eTag,
          AbortSignal.any([signal, timeout]),
        );
        this.bytesRead += answer.bytes.length;
        const missing = Math.min(end, answer.totalBytes) - start - answer.bytes.length;
        if (missing !== 0) throw new BrokenAnswerError(`${missing} bytes of ${end - start} are missing`);
        return answer;
      } catch (error) {
        const passing = timeout.aborted || isBrokenAnswer(error);
        if (signal.aborted || attempt === maxTries || !passing) throw error;
      }
    }
  }

  private cached(index: number): Buffer | undefined {
    const block = this.blocks.get(index);
    if (block !== undefined) this.keep(index, block);
    return block;
  }

  /** Keeps the blocks in `bytes`, of which the first is block `first`. */
  private keep(first: number, bytes: Buffer): void {
    for (let start = 0; start < bytes.length; start += blockBytes) {
      const index = first + start / blockBytes;
      this.blocks.delete(index);
      this.blocks.set(index, bytes.subarray(start, start + blockBytes));
    }
    for (const oldest of this.blocks.keys()) {
      if (this.blocks.size <= maxCachedBlocks) break;
      this.blocks.delete(oldest);
    }
  }
}

class BrokenAnswerError extends Error {}

/** The code of a connection that broke; fetch has it in the error's cause. */
function isBrokenAnswer(error: unknown): boolean {
  if (error instanceof BrokenAnswerError) return true;
  const { code, cause } = (error ?? {}) as NodeJS.ErrnoException;
  if (cause !== undefined && cause !== error) return isBrokenAnswer(cause);
  return ["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET"].includes(code ?? "");
}
