import type { CachedVideo } from "../cachedVideo";
import type { ByteRange } from "../rangedSource";
import { maxHeaderBytes, readBox } from "../../mp4/boxes";
import type { Fragment, FragmentedTrack } from "./fragment";
import { fragmentedTrack } from "./fragment";
import type { ListedFragment } from "./fragmentReader";
import { FragmentReader, SearchGivenUp } from "./fragmentReader";

/** Of how many fragments, about, ffmpeg may look at each. */
const fewFragments = 12;
/** So many are looked at one after the other before the next leap. */
const nearFragments = 6;
/** How far before a time that is no keyframe's to look for one. */
const keyframeSeconds = [10, 30];
/**
 * A frame is decoded before it is shown, by less than this: its fragment may be the one before that of its time. The
 * clock of what ffmpeg tells differs from that of the fragments by no more, too.
 */
const marginSeconds = 1;

/** A long fragmented MP4 without an index of its fragments (`sidx`), of which any part can be found. */
export class FragmentedFile {
  /** Those seen so far, in order of time. */
  private readonly known: Fragment[] = [];

  private constructor(
    private readonly reader: FragmentReader,
    readonly track: FragmentedTrack,
    /** The first one that is no part of `moov`. */
    private readonly first: Fragment,
    private readonly last: Fragment,
    /** In order of time, as the file itself lists them; empty when it does not. */
    private readonly listed: readonly ListedFragment[],
    /** From here on, and up to the last fragment, it need not be read. */
    readonly headEnd: number,
  ) {}

  /**
   * Looks at the file's beginning, `beginning`, and goes on only if that is a fragmented MP4's. Undefined when it is
   * none, is short, has an index, or is not as expected.
   */
  static async open(
    video: CachedVideo,
    beginning: Buffer,
    signal: AbortSignal,
  ): Promise<FragmentedFile | undefined> {
    const front = readFront(beginning, video.totalBytes);
    if (front === undefined) return undefined;
    const { track } = front;
    const reader = new FragmentReader(video, track, signal);
    return unlessGivenUp(async () => {
      const first = await reader.firstFrom(front.end, ["sidx"]);
      if (first === undefined) return undefined;
      let [fragments, next] = [1, await reader.after(first)];
      while (next !== undefined && next.start < beginning.length) {
        fragments++;
        next = await reader.after(next);
      }
      if (next === undefined) return undefined;
      const fragmentBytes = (next.start - first.start) / fragments;
      if (video.totalBytes / fragmentBytes <= fewFragments) return undefined;
      const end = await reader.last();
      return end && new FragmentedFile(reader, track, first, end.last, end.listed, next.start);
    });
  }

  get lastStart(): number {
    return this.last.start;
  }

  /**
   * The bytes of the fragments that hold a keyframe not after `fromSeconds` and all up to the frame after `toSeconds`;
   * times count from the track's first frame. Undefined when it can not be found.
   */
  part(fromSeconds: number, toSeconds: number): Promise<ByteRange | undefined> {
    return unlessGivenUp(async () => {
      this.reader.begin();
      const begin = await this.keyframeBefore(fromSeconds - marginSeconds);
      if (begin === undefined) return undefined;
      const end = await this.reader.after(await this.fragmentOf(toSeconds + marginSeconds));
      return { start: begin.start, end: end?.start ?? this.lastStart };
    });
  }

  private async keyframeBefore(seconds: number): Promise<Fragment | undefined> {
    const at = await this.fragmentOf(seconds);
    if (at.beginsWithKeyframe) return at;
    for (const earlierSeconds of keyframeSeconds) {
      let keyframe: Fragment | undefined;
      let fragment: Fragment | undefined = await this.fragmentOf(seconds - earlierSeconds);
      while (fragment !== undefined && fragment.start < at.start) {
        if (fragment.beginsWithKeyframe) keyframe = fragment;
        fragment = await this.reader.after(fragment);
      }
      if (keyframe !== undefined) return keyframe;
    }
    return undefined;
  }

  /** The last fragment that begins not after a time; the first one when all begin later. */
  private async fragmentOf(seconds: number): Promise<Fragment> {
    const beginning = this.track.beginsInMoov ? 0 : this.first.decodeTime;
    const time = beginning + seconds * this.track.timescale;
    if (this.last.decodeTime <= time) return this.last;
    let low = await this.knownBefore(time);
    let high = this.known.find(({ decodeTime }) => decodeTime > time) ?? this.last;
    // No fragment between this byte and `high` begins before `high`.
    let highByte = high.start;
    let unprovedBytes = Infinity;
    for (;;) {
      const next = await this.reader.after(low);
      if (next === undefined || next.start >= highByte || next.decodeTime > time) return this.keep(low);
      const [bytes, duration] = [next.start - low.start, next.decodeTime - low.decodeTime];
      low = this.keep(next);
      if (duration > 0 && (time - low.decodeTime) / duration < nearFragments) continue;
      // Where it is if all fragments are alike; where that has not halved what is left, the middle of it.
      const isHalved = highByte - low.start <= unprovedBytes / 2;
      unprovedBytes = highByte - low.start;
      const part = isHalved ? (time - low.decodeTime) / (high.decodeTime - low.decodeTime) : 0.5;
      const guess = Math.floor(low.start + part * ((isHalved ? high.start : highByte) - low.start) - bytes);
      if (guess <= low.start || guess >= highByte) continue;
      const found = await this.reader.firstIn({ start: guess, end: highByte });
      if (found !== undefined && found.decodeTime <= time) {
        low = this.keep(found);
      } else {
        high = found === undefined ? high : this.keep(found);
        highByte = guess;
      }
    }
  }

  /** The last fragment not after a time that is known without a search. */
  private async knownBefore(time: number): Promise<Fragment> {
    const known = this.known.findLast(({ decodeTime }) => decodeTime <= time) ?? this.first;
    const listed = this.listed.findLast((entry) => entry.time <= time && entry.start > known.start);
    const fragment = listed && (await this.reader.at(listed.start));
    return fragment !== undefined && fragment.decodeTime <= time ? fragment : known;
  }

  private keep(fragment: Fragment): Fragment {
    if (!this.known.some(({ start }) => start === fragment.start)) {
      this.known.push(fragment);
      this.known.sort((a, b) => a.decodeTime - b.decodeTime);
    }
    return fragment;
  }
}

/** The `moov`, where it is one of a fragmented file with one video track and all of it is in `beginning`. */
function readFront(
  beginning: Buffer,
  totalBytes: number,
): { readonly track: FragmentedTrack; readonly end: number } | undefined {
  for (let at = 0; at < beginning.length;) {
    const box = readBox(beginning.subarray(at, at + maxHeaderBytes), at, totalBytes);
    if (box === undefined || box.end > beginning.length || !mayPrecedeMoov.has(box.type)) return undefined;
    if (box.type === "moov") {
      const track = fragmentedTrack(beginning.subarray(box.contentStart, box.end));
      return track && { track, end: box.end };
    }
    at = box.end;
  }
  return undefined;
}

const mayPrecedeMoov = new Set(["ftyp", "free", "skip", "wide", "uuid", "pdin", "moov"]);

async function unlessGivenUp<T>(search: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await search();
  } catch (error) {
    if (error instanceof SearchGivenUp) return undefined;
    throw error;
  }
}
