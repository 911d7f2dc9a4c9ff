import { isDeepStrictEqual } from "node:util";
import { ReplacedVideoError, UnusableVideoError, VideoGoneError } from "../errors";
import { BlockCache, blockBytes } from "./blockCache";
import { DecodingPace } from "./decodingPace";
import type { ByteRange, RangedSource, VideoVersion } from "./rangedSource";
import { ReadAheadEstimate } from "./readAhead";
import { RetryingSource } from "./retryingSource";
import type { ServedBytes } from "./servedBytes";

/** The index of some minutes, or else the first keyframe. */
const firstRequestBytes = 2 * blockBytes;
/** Half of the last request is read in vain, on the average; each request costs S3's latency and its price. */
const maxBlocksOnGuess = 4;
/** When it is known about how much ffmpeg still wants. */
const [minBlocksExpected, maxBlocksExpected] = [2, 8];
/** When it is known what ffmpeg wants. */
const maxBlocksKnown = 16;
/** A decoder may be behind what it was given by some frames more than is known of it. */
const maxWantedAfterFrames = 3;
/** Of what is expected: the rest is then under way while ffmpeg begins with these. */
const maxBlocksWaitedFor = 8;
/**
 * One version of a video, read by blocks that are kept while its job lasts: ffprobe, ffmpeg and a second attempt
 * ask for the same index and the same GOP, and S3 is asked for them once. While ffmpeg decodes what it has got, what
 * it is expected to want next is under way.
 */
export class CachedVideo implements ServedBytes {
  /** The first error of the source: what ffmpeg makes of a video with holes means nothing. */
  private fault: unknown;
  private readonly blocks = new BlockCache();
  private readonly readAhead = new ReadAheadEstimate();
  private readonly pace = new DecodingPace();
  /** Of each block that was asked for and has not come yet, its request. */
  private readonly underWay = new Map<
    number,
    { readonly done: Promise<void>; readonly signal: AbortSignal }
  >();
  /** The first block of the last request that nobody waited for when it was made: there is one at a time. */
  private ahead = -1;
  private expected: ByteRange = { start: 0, end: 0 };
  private areFramesKnown = false;
  /** How often ffmpeg stood still without what comes after them. */
  private wantedAfterFrames = 0;
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
    video.blocks.keep(0, bytes);
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
    this.pace.decoded(part);
  }

  /** Tells of a range that all of it will be wanted as soon as some of it is: it is asked for in few requests. */
  expect(range: ByteRange): void {
    this.expected = range;
  }

  /**
   * Tells that ffmpeg will decode frames that stand in this range, and should need nothing after it: that is given only
   * when it stands still without.
   */
  expectFrames(range: ByteRange): void {
    this.expect(range);
    this.areFramesKnown = true;
    this.wantedAfterFrames = 0;
    this.pace.begin();
  }

  /** A range's bytes; undefined unless all of them are at hand. */
  cachedBytes(range: ByteRange): Buffer | undefined {
    const bytes = Buffer.concat(this.blocks.piecesOf(range));
    return bytes.length === range.end - range.start ? bytes : undefined;
  }

  /** What is missing of the first piece is fetched with one request. */
  async read(range: ByteRange, signal: AbortSignal): Promise<Buffer[]> {
    const first = Math.floor(range.start / blockBytes);
    const estimate = this.readAhead.expectedEnd(range.start);
    if (this.isAfterFrames(first)) await this.untilWanted(signal);
    const expectedEnd = this.areFramesKnown ? undefined : estimate;
    while (!this.blocks.has(first)) await this.fetch(first, range.end, expectedEnd, signal);
    const pieces = this.blocks.piecesOf(range);
    const end = pieces.reduce((at, piece) => at + piece.length, range.start);
    this.readAhead.gave(end);
    this.fetchAhead(Math.ceil(end / blockBytes), range.end, expectedEnd);
    return pieces;
  }

  /**
   * All of the range, whose bytes are not kept: what of it is not at hand comes in one request for just that. Fewer bytes
   * only at the video's end.
   */
  async readWhole({ start, end }: ByteRange, signal: AbortSignal): Promise<Buffer> {
    const pieces = this.blocks.piecesOf({ start, end });
    const position = pieces.reduce((at, piece) => at + piece.length, start);
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
    const other = this.underWay.get(first);
    try {
      if (other !== undefined) {
        await other.done;
        return;
      }
      // ffmpeg is to have half of it soon, and decodes that while the other half is under way.
      const halfWay = expectedEnd === undefined ? undefined : (first * blockBytes + expectedEnd) / 2;
      const count = Math.min(this.countOf(first, endByte, halfWay), maxBlocksWaitedFor);
      const missing = this.request(first, count, AbortSignal.any([signal, this.signal]));
      if (this.isExpected(first + count)) this.fetchAhead(first + count, endByte, undefined);
      await missing;
    } catch (error) {
      // Another reader, who has hung up, asked for it.
      if (other?.signal.aborted && !this.signal.aborted && !this.closing.signal.aborted) return;
      if (!signal.aborted) this.fault ??= error;
      throw error;
    }
  }

  /** Has what is wanted next under way, if anything tells what that is. */
  private fetchAhead(first: number, endByte: number, expectedEnd: number | undefined): void {
    const start = first * blockBytes;
    const isWanted = this.isExpected(first) || (expectedEnd !== undefined && expectedEnd > start);
    if (!isWanted || this.blocks.has(first) || this.underWay.has(first)) return;
    if (this.underWay.has(this.ahead) || start >= Math.min(endByte, this.totalBytes)) return;
    const count = this.countOf(first, endByte, expectedEnd);
    const signal = AbortSignal.any([this.closing.signal, this.signal]);
    this.ahead = first;
    // Who comes to want it hears of its error.
    this.request(first, count, signal).catch(() => undefined);
  }

  /** How many blocks to ask for: as many were read on to the first one without a seek, so that requests grow. */
  private countOf(first: number, endByte: number, expectedEnd: number | undefined): number {
    const isWanted = (index: number) =>
      index * blockBytes < endByte && !this.blocks.has(index) && !this.underWay.has(index);
    const most = this.isExpected(first)
      ? Math.min(maxBlocksKnown, Math.ceil(this.expected.end / blockBytes) - first)
      : this.readOn(first, expectedEnd);
    let count = 1;
    while (count < most && isWanted(first + count)) count++;
    return count;
  }

  /** Until ffmpeg needs what comes after the frames that it was to decode; if that is often, they were others. */
  private async untilWanted(signal: AbortSignal): Promise<void> {
    if (await this.pace.untilWanted(AbortSignal.any([signal, this.signal]))) return;
    this.wantedAfterFrames += 1;
    if (this.wantedAfterFrames > maxWantedAfterFrames) this.areFramesKnown = false;
  }

  private readOn(first: number, expectedEnd: number | undefined): number {
    const most =
      expectedEnd === undefined
        ? maxBlocksOnGuess
        : Math.min(
            maxBlocksExpected,
            Math.max(minBlocksExpected, Math.ceil(expectedEnd / blockBytes) - first),
          );
    if (this.isAfterFrames(first)) return 1;
    let readOn = 1;
    // What was expected is no guide to how much is wanted after it.
    while (readOn < most && this.blocks.has(first - readOn) && !this.isExpected(first - readOn)) readOn++;
    return readOn;
  }

  /** Whether a block comes right after the frames that are being decoded, and is not at hand. */
  private isAfterFrames(index: number): boolean {
    const end = Math.ceil(this.expected.end / blockBytes);
    return this.areFramesKnown && !this.blocks.has(index) && index >= end && index < end + maxBlocksKnown;
  }

  private isExpected(index: number): boolean {
    const { start, end } = this.expected;
    return index >= Math.floor(start / blockBytes) && index * blockBytes < end;
  }

  private request(first: number, count: number, signal: AbortSignal): Promise<void> {
    const start = first * blockBytes;
    const end = Math.min(start + count * blockBytes, this.totalBytes);
    const done = this.source
      .read({ start, end }, this.version.eTag, signal)
      .then(({ bytes }) => {
        this.blocks.keep(first, bytes);
      })
      .finally(() => {
        for (let index = first; index < first + count; index++) this.underWay.delete(index);
      });
    for (let index = first; index < first + count; index++) this.underWay.set(index, { done, signal });
    return done;
  }
}
