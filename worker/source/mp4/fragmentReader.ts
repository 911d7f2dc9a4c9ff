import { setImmediate } from "node:timers/promises";
import type { CachedVideo } from "../cachedVideo";
import type { ByteRange } from "../rangedSource";
import type { Box } from "../../mp4/boxes";
import { boxesIn, findBox, maxHeaderBytes, readBox } from "../../mp4/boxes";
import type { Fragment, FragmentedTrack } from "./fragment";
import { readFragment } from "./fragment";

/** What one search may cost. What needs more is read as ffmpeg itself reads it. */
const maxRequests = 40;
const maxBytes = 48 * 1024 * 1024;
/** Boxes looked at: a file of tiny ones costs no requests, but time. */
const maxLooks = 2000;

/** What is at hand is looked at without a pause: after so many looks the worker turns to whatever else waits. */
const looksAtOnce = 50;

const maxMoofBytes = 1024 * 1024;
/** Of all that are read: an honest one has some KiB. */
const maxParsedBytes = 8 * 1024 * 1024;
const maxMfraBytes = 4 * 1024 * 1024;
/** What is searched at once: twice as much each time. */
const [firstWindowBytes, maxWindowBytes] = [128 * 1024, 1024 * 1024];
const moof = Buffer.from("moof", "latin1");

/** Of a fragment with a keyframe, as a file's `mfra` lists it. */
export interface ListedFragment {
  /** When the keyframe is shown, in units of the track's timescale. */
  readonly time: number;
  readonly start: number;
}

/** A search has cost what it may. */
export class SearchGivenUp extends Error {
  override readonly name = "SearchGivenUp";
}

/** Finds fragments of one video track in a file, wherever one asks; each search has a limited number of requests and bytes. */
export class FragmentReader {
  private looks = 0;
  private parsedBytes = 0;
  private requests = 0;
  private bytesRead = 0;

  constructor(
    private readonly video: CachedVideo,
    private readonly track: FragmentedTrack,
    private readonly signal: AbortSignal,
  ) {}

  /** Begins another search, to which what earlier ones have cost does not count. */
  begin(): void {
    [this.looks, this.requests, this.bytesRead] = [0, 0, 0];
  }

  /** The video's fragment whose `moof` begins at byte `start`; undefined when there is none. */
  async at(start: number): Promise<Fragment | undefined> {
    const box = await this.box(start);
    if (box?.type !== "moof" || box.end - start > maxMoofBytes || box.end > this.video.totalBytes)
      return undefined;
    this.parsedBytes += box.end - start;
    if (this.parsedBytes > maxParsedBytes) throw new SearchGivenUp("too large boxes");
    const fragment = readFragment(await this.bytes({ start, end: box.end }), start, this.track);
    return fragment !== undefined && (await this.box(box.end))?.type === "mdat" ? fragment : undefined;
  }

  /**
   * The first box at or after byte `start`, where a box begins, that is the video's fragment; undefined when there is
   * none, or one of the types in `unless` comes before it.
   */
  async firstFrom(start: number, unless: readonly string[] = []): Promise<Fragment | undefined> {
    for (let box = await this.box(start); box !== undefined; box = await this.box(box.end)) {
      if (unless.includes(box.type)) return undefined;
      if (box.type !== "moof") continue;
      const fragment = await this.at(box.start);
      if (fragment !== undefined) return fragment;
    }
    return undefined;
  }

  /** The fragment after this one. */
  async after({ start }: Fragment): Promise<Fragment | undefined> {
    const box = await this.box(start);
    return box && this.firstFrom(box.end);
  }

  /** The first fragment that begins in a range of bytes, which may begin anywhere. */
  async firstIn({ start, end }: ByteRange): Promise<Fragment | undefined> {
    let windowBytes = firstWindowBytes;
    for (
      let at = start;
      at < end;
      at += windowBytes, windowBytes = Math.min(windowBytes * 2, maxWindowBytes)
    ) {
      const windowEnd = Math.min(at + windowBytes, end);
      this.video.expect({ start: at, end: windowEnd });
      // The type of a box that begins before the window's end ends within 8 bytes more.
      const bytes = await this.bytes({ start: at, end: windowEnd + 8 });
      for (let found = bytes.indexOf(moof, 4); found >= 0; found = bytes.indexOf(moof, found + 1)) {
        const fragment = await this.at(at + found - 4);
        if (fragment !== undefined) return fragment;
      }
    }
    return undefined;
  }

  /** The file's last fragment of the video, and what its `mfra` (if it has one) tells of the others, in order. */
  async last(): Promise<{ readonly last: Fragment; readonly listed: readonly ListedFragment[] } | undefined> {
    const listed = await this.listed();
    const listedLast = listed.at(-1);
    if (listedLast !== undefined) {
      let last = await this.at(listedLast.start);
      // Listed are those with a keyframe.
      while (last !== undefined) {
        const next = await this.after(last);
        if (next === undefined) return { last, listed };
        last = next;
      }
    }
    let windowBytes = firstWindowBytes;
    for (let end = this.video.totalBytes; end > 0; end -= windowBytes) {
      if (end < this.video.totalBytes) windowBytes = Math.min(windowBytes * 2, maxWindowBytes);
      const start = Math.max(0, end - windowBytes);
      this.video.expect({ start, end });
      const bytes = await this.bytes({ start, end: Math.min(end + 8, this.video.totalBytes) });
      for (let found = bytes.lastIndexOf(moof); found >= 4; found = bytes.lastIndexOf(moof, found - 1)) {
        const last = await this.at(start + found - 4);
        if (last !== undefined) return { last, listed: [] };
      }
    }
    return undefined;
  }

  /** Where the fragments begin that the `mfra` at the file's end lists (ISO/IEC 14496-12, section 8.8.9). */
  private async listed(): Promise<ListedFragment[]> {
    const { totalBytes } = this.video;
    const tail = await this.bytes({ start: totalBytes - maxHeaderBytes, end: totalBytes });
    const mfraBytes = tail.readUInt32BE(12);
    const mostBytes = Math.min(maxMfraBytes, totalBytes);
    if (tail.toString("latin1", 4, 8) !== "mfro" || mfraBytes < 16 || mfraBytes > mostBytes) return [];
    const mfra = await this.bytes({ start: totalBytes - mfraBytes, end: totalBytes });
    const outer = findBox(mfra, ["mfra"]);
    if (outer === undefined) return [];
    for (const tfra of boxesIn(mfra, outer.contentStart, outer.end)) {
      const content = mfra.subarray(tfra.contentStart, tfra.end);
      if (tfra.type === "tfra" && content.length >= 16 && content.readUInt32BE(4) === this.track.trackId)
        return tfraEntries(content);
    }
    return [];
  }

  private async box(start: number): Promise<Box | undefined> {
    const { totalBytes } = this.video;
    if (++this.looks > maxLooks) throw new SearchGivenUp("too many boxes");
    if (this.looks % looksAtOnce === 0) await setImmediate();
    if (start + 8 > totalBytes) return undefined;
    const end = Math.min(start + maxHeaderBytes, totalBytes);
    return readBox(await this.bytes({ start, end }), start, totalBytes);
  }

  private async bytes({ start, end }: ByteRange): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let at = start; at < Math.min(end, this.video.totalBytes);) {
      if (this.requests > maxRequests || this.bytesRead > maxBytes)
        throw new SearchGivenUp("too many requests");
      const { requests, bytesRead } = this.video;
      const read = await this.video.read({ start: at, end }, this.signal);
      this.requests += this.video.requests - requests;
      this.bytesRead += this.video.bytesRead - bytesRead;
      for (const piece of read) at += piece.length;
      pieces.push(...read);
    }
    return Buffer.concat(pieces);
  }
}

function tfraEntries(content: Buffer): ListedFragment[] {
  const isLong = content.readUInt8(0) === 1;
  const lengths = content.readUInt32BE(8);
  const numbers = [4, 2, 0].map((shift) => ((lengths >> shift) & 3) + 1).reduce((sum, bytes) => sum + bytes);
  const entryBytes = (isLong ? 16 : 8) + numbers;
  const count = Math.min(content.readUInt32BE(12), Math.floor((content.length - 16) / entryBytes));
  return Array.from({ length: count }, (_, i) => {
    const at = 16 + i * entryBytes;
    return isLong
      ? { time: Number(content.readBigUInt64BE(at)), start: Number(content.readBigUInt64BE(at + 8)) }
      : { time: content.readUInt32BE(at), start: content.readUInt32BE(at + 4) };
  });
}
