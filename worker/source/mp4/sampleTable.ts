import type { ByteRange } from "../rangedSource";
import { boxesIn, findBox } from "../../mp4/boxes";
import { editsOf } from "../../mp4/editList";

/** So many frames more are decoded before the one that is wanted comes out: the most, unless they are large, and the least. */
const [mostFramesAhead, leastFramesAhead] = [6, 3];
const maxBytesAhead = 512 * 1024;

/**
 * ffmpeg seeks 3/23 s earlier than told where frames are decoded in another order than shown (`dts_heuristic` in its
 * fftools). A range that begins too early costs nothing: of what is before the frames nothing is asked for.
 */
const seekMarginSeconds = 0.2;

/**
 * Where the frames stand that are decoded to see the one at `toSeconds`, from the keyframe before `fromSeconds`; times
 * count from the track's first frame. Of a `moov`, whose content is given, and one of its tracks (ISO/IEC 14496-12,
 * sections 8.6 and 8.7). Undefined when that can not be told. Where frames are shown in another order than that in
 * which they are decoded, it is off by a few.
 */
export function bytesOfFrames(
  moov: Buffer,
  trackIndex: number,
  fromSeconds: number,
  toSeconds: number,
): ByteRange | undefined {
  const trak = [...boxesIn(moov)].filter(({ type }) => type === "trak")[trackIndex];
  if (trak === undefined) return undefined;
  const table = (...path: string[]) => {
    const box = findBox(moov, path, trak.contentStart, trak.end);
    return box === undefined ? undefined : moov.subarray(box.contentStart, box.end);
  };
  const inStbl = (type: string) => table("mdia", "minf", "stbl", type);
  const media = table("mdia", "mdhd");
  const [stts, stsz, stsc, stss] = [inStbl("stts"), inStbl("stsz"), inStbl("stsc"), inStbl("stss")];
  const [stco, co64] = [inStbl("stco"), inStbl("co64")];
  if (!media || !stts || !stsz || !stsc || !(stco ?? co64)) return undefined;
  const edits = table("edts", "elst");
  try {
    const timescale = media.readUInt32BE(media.readUInt8(0) === 1 ? 20 : 12);
    const skipped = edits === undefined ? 0 : timeSkipped(edits);
    if (skipped === undefined) return undefined;
    const sizes = new Sizes(stsz);
    const offsetOf = (sample: number) => sampleOffset(sample, sizes, stsc, stco, co64);
    const keyframe = keyframeBefore(
      stss,
      sampleAt(stts, skipped + Math.max(0, fromSeconds - seekMarginSeconds) * timescale),
    );
    const shown = Math.min(sampleAt(stts, skipped + toSeconds * timescale) + 1, sizes.count - 1);
    let last = shown;
    for (let bytes = 0; last + 1 < sizes.count && last < shown + mostFramesAhead; last++) {
      bytes += sizes.of(last + 1);
      if (bytes > maxBytesAhead && last >= shown + leastFramesAhead) break;
    }
    const [start, end] = [offsetOf(keyframe), offsetOf(last) + sizes.of(last)];
    return start < end ? { start, end } : undefined;
  } catch (error) {
    // A table is shorter than it says.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * How much of a track comes before its first frame that is shown, in units of its time, by its edit list (ISO/IEC
 * 14496-12, section 8.6.6). Undefined when the list is not of one part of the track.
 */
function timeSkipped(elst: Buffer): number | undefined {
  // -1: nothing is shown.
  const [first, ...others] = editsOf(elst)?.filter(({ mediaTime }) => mediaTime >= 0) ?? [];
  return others.length > 0 ? undefined : first?.mediaTime;
}

/** The sample, counted from 0, that is decoded at a time. */
function sampleAt(stts: Buffer, time: number): number {
  const entries = stts.readUInt32BE(4);
  let [sample, at] = [0, 0];
  for (let i = 0; i < entries; i++) {
    const [count, duration] = [stts.readUInt32BE(8 + 8 * i), stts.readUInt32BE(12 + 8 * i)];
    if (time < at + count * duration) return sample + Math.floor((time - at) / duration);
    sample += count;
    at += count * duration;
  }
  return Math.max(0, sample - 1);
}

/** The last sync sample not after a sample, both counted from 0. */
function keyframeBefore(stss: Buffer | undefined, sample: number): number {
  if (stss === undefined) return sample;
  let [from, to] = [0, stss.readUInt32BE(4)];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (stss.readUInt32BE(8 + 4 * middle) - 1 <= sample) from = middle + 1;
    else to = middle;
  }
  return from === 0 ? 0 : stss.readUInt32BE(4 + 4 * from) - 1;
}

/** Of an `stsz`. */
class Sizes {
  readonly count: number;
  private readonly common: number;

  constructor(private readonly stsz: Buffer) {
    this.common = stsz.readUInt32BE(4);
    this.count = stsz.readUInt32BE(8);
  }

  of(sample: number): number {
    return this.common > 0 ? this.common : this.stsz.readUInt32BE(12 + 4 * sample);
  }

  /** Of the samples from `first` to before `end` together. */
  ofAll(first: number, end: number): number {
    if (this.common > 0) return (end - first) * this.common;
    let bytes = 0;
    for (let sample = first; sample < end; sample++) bytes += this.of(sample);
    return bytes;
  }
}

function sampleOffset(
  sample: number,
  sizes: Sizes,
  stsc: Buffer,
  stco: Buffer | undefined,
  co64: Buffer | undefined,
): number {
  const runs = stsc.readUInt32BE(4);
  let before = 0;
  for (let i = 0; i < runs; i++) {
    const at = 8 + 12 * i;
    const [firstChunk, perChunk] = [stsc.readUInt32BE(at), stsc.readUInt32BE(at + 4)];
    const nextChunk = i + 1 < runs ? stsc.readUInt32BE(at + 12) : Infinity;
    const inRun = (nextChunk - firstChunk) * perChunk;
    if (sample >= before + inRun) {
      before += inRun;
      continue;
    }
    const chunksBefore = Math.floor((sample - before) / perChunk);
    const chunk = firstChunk - 1 + chunksBefore;
    const offset = stco?.readUInt32BE(8 + 4 * chunk) ?? Number(co64?.readBigUInt64BE(8 + 8 * chunk));
    return offset + sizes.ofAll(before + chunksBefore * perChunk, sample);
  }
  throw new RangeError(`sample ${sample} is in no chunk`);
}
