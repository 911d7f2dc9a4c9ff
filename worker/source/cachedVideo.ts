import { isDeepStrictEqual } from "node:util";
import { ReplacedVideoError, UnusableVideoError, VideoGoneError } from "../errors";
import type { ByteRange, RangedSource, VideoVersion } from "./rangedSource";
import { ReadAheadEstimate } from "./readAhead";
import { RetryingSource } from "./retryingSource";

/** What is read and kept as one. Small: the index at a video's end, or each of its fragments, may be a few KiB. */
const blockBytes = 64 * 1024;
/** Most videos' index, or else their first keyframe. */
const firstRequestBytes = 4 * blockBytes;
/** Half of the last request is read in vain, on the average; each request costs S3's latency and its price. */
const maxBlocksOnGuess = 8;
/** When it is known about how much ffmpeg still wants. */
const [minBlocksExpected, maxBlocksExpected] = [2, 16];
/** 32 MiB: holds the index of a long video and the GOPs around one frame. */
const maxCachedBlocks = 512;

/**
 * One version of a video, read by blocks that are kept while its job lasts: ffprobe, ffmpeg and a second attempt
 * ask for the same index and the same GOP, and S3 is asked for them once. While ffmpeg decodes what it has got, what
 * it is expected to want next is under way.
 */
export class CachedVideo {
  /** The first error of the source: what ffmpeg makes of a video with holes means nothing. */
  private fault: unknown;
  /** Least recently used first. */
  private readonly blocks = new Map<number, Buffer>();
  private readonly readAhead = new ReadAheadEstimate();
  /** The request that nobody waits for yet, for the blocks from `first` to before `end`. */
  private ahead: { readonly first: number; readonly end: number; readonly done: Promise<void> } | undefined;
  private readonly closing = new AbortController();

  private constructor(
    private readonly source: RetryingSource,
    private readonly signal: AbortSignal,
    /** The version that is read. */
    readonly version: VideoVersion,
  ) {}

  /**
   * Reads the video's beginning, and with it the size, the ETag and the metadata. Everything read later is of the
   * same version. `signal` ends every request of the video. Throws what the source throws.
   */
  static async open(source: RangedSource, signal: AbortSignal): Promise<CachedVideo> {
    const retrying = new RetryingSource(source);
    const { bytes, ...version } = await retrying.read(
      { start: 0, end: firstRequestBytes },
      undefined,
      signal,
    );
    if (version.totalBytes === 0) throw new UnusableVideoError("not a video: the file is empty");
    const video = new CachedVideo(retrying, signal, version);
    video.keep(0, bytes);
    return video;
  }

  get totalBytes(): number {
    return this.version.totalBytes;
  }

  /** What was read from the source so far. */
  get bytesRead(): number {
    return this.source.bytesRead;
  }

  get requests(): number {
    return this.source.requests;
  }

  /** Tells which part of the way from its keyframe to the wanted frame ffmpeg has decoded, from 0 to 1. */
  decoded(part: number): void {
    this.readAhead.decoded(part);
  }

  /**
   * The range's bytes in pieces, as far as they are at hand without a gap: at least the first one, which one request
   * fetches when it is missing. `signal` tells that nobody waits for it any more.
   */
  async read(range: ByteRange, signal: AbortSignal): Promise<Buffer[]> {
    const first = Math.floor(range.start / blockBytes);
    const expectedEnd = this.readAhead.expectedEnd(range.start);
    if (!this.blocks.has(first)) await this.fetch(first, range.end, expectedEnd, signal);
    const pieces: Buffer[] = [];
    let next = first;
    for (; next * blockBytes < range.end; next++) {
      const block = this.cached(next);
      if (block === undefined) break;
      const blockStart = next * blockBytes;
      pieces.push(block.subarray(Math.max(0, range.start - blockStart), range.end - blockStart));
    }
    this.readAhead.gave(Math.min(next * blockBytes, range.end));
    if (expectedEnd !== undefined && expectedEnd > next * blockBytes)
      this.fetchAhead(next, range.end, expectedEnd);
    return pieces;
  }

  /**
   * All of the range, whose bytes are not kept: what of it is not at hand comes in one request for just that. Fewer bytes
   * only at the video's end.
   */
  async readWhole({ start, end }: ByteRange, signal: AbortSignal): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let position = start;
    while (position < end) {
      const index = Math.floor(position / blockBytes);
      const piece = this.cached(index)?.subarray(position - index * blockBytes, end - index * blockBytes);
      if (piece === undefined || piece.length === 0) break;
      pieces.push(piece);
      position += piece.length;
    }
    if (position < Math.min(end, this.totalBytes)) {
      this.throwIfFaulty();
      try {
        const signals = AbortSignal.any([signal, this.signal]);
        const rest = { start: position, end: Math.min(end, this.totalBytes) };
        pieces.push((await this.source.read(rest, this.version.eTag, signals)).bytes);
      } catch (error) {
        if (!signal.aborted) this.fault ??= error;
        throw error;
      }
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  }

  /**
   * Looks at the video again: by more than its ETag, which is the same when only its metadata were put right. Throws
   * ReplacedVideoError when it is another one by now, and what the source throws when it is gone.
   */
  async assertCurrent(): Promise<void> {
    const { bytes, ...now } = await this.source
      .read({ start: 0, end: 1 }, undefined, this.signal)
      .catch((error: unknown) => {
        // What cannot be read any more (an empty object, an archived one) is another one, too.
        const isGone = error instanceof VideoGoneError || !(error instanceof UnusableVideoError);
        throw isGone ? error : new ReplacedVideoError(`the video was replaced: ${error.message}`);
      });
    if (bytes.length === 0 || !isDeepStrictEqual(now, this.version))
      throw new ReplacedVideoError("the video was replaced while its thumbnail was made");
  }

  /** Throws the source's fault, if it had one. */
  throwIfFaulty(): void {
    if (this.fault !== undefined) throw this.fault as Error;
  }

  /** Ends what is still under way, which nobody wants any more. */
  close(): void {
    this.closing.abort();
  }

  private async fetch(
    first: number,
    endByte: number,
    expectedEnd: number | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    this.throwIfFaulty();
    try {
      if (this.isUnderWay(first)) {
        await this.ahead?.done;
      } else {
        // ffmpeg is to have half of it soon, and decodes that while the other half is under way.
        const halfWay = expectedEnd === undefined ? undefined : (first * blockBytes + expectedEnd) / 2;
        const count = this.countOf(first, endByte, halfWay);
        await this.request(first, count, AbortSignal.any([signal, this.signal]));
      }
    } catch (error) {
      if (!signal.aborted) this.fault ??= error;
      throw error;
    }
  }

  private fetchAhead(first: number, endByte: number, expectedEnd: number): void {
    if (this.ahead !== undefined || first * blockBytes >= Math.min(endByte, this.totalBytes)) return;
    const count = this.countOf(first, endByte, expectedEnd);
    const signal = AbortSignal.any([this.closing.signal, this.signal]);
    const done = this.request(first, count, signal).finally(() => (this.ahead = undefined));
    this.ahead = { first, end: first + count, done };
    // Who comes to want it hears of its error.
    done.catch(() => undefined);
  }

  /** How many blocks to ask for: as many as were read on to the first one without a seek, so that requests grow. */
  private countOf(first: number, endByte: number, expectedEnd: number | undefined): number {
    const expected =
      expectedEnd === undefined
        ? maxBlocksOnGuess
        : Math.min(
            maxBlocksExpected,
            Math.max(minBlocksExpected, Math.ceil(expectedEnd / blockBytes) - first),
          );
    let readOn = 1;
    while (readOn < expected && this.blocks.has(first - readOn)) readOn++;
    const isWanted = (index: number) =>
      index * blockBytes < endByte && !this.blocks.has(index) && !this.isUnderWay(index);
    let count = 1;
    while (count < readOn && isWanted(first + count)) count++;
    return count;
  }

  private isUnderWay(index: number): boolean {
    return this.ahead !== undefined && index >= this.ahead.first && index < this.ahead.end;
  }

  private async request(first: number, count: number, signal: AbortSignal): Promise<void> {
    const start = first * blockBytes;
    const end = Math.min(start + count * blockBytes, this.totalBytes);
    const { bytes } = await this.source.read({ start, end }, this.version.eTag, signal);
    this.keep(first, bytes);
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
