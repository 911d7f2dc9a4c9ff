import { BrokenIndexError } from "../brokenIndex";

/**
 * The tables of a track's samples (ISO/IEC 14496-12, 8.6 and 8.7), each the content of its box. Samples, chunks and
 * descriptions are counted from 1. What a table claims beyond its own bytes is not there.
 */

/** Numbers of 32 bits in rows, after the box's version, flags and a count. */
class Rows {
  readonly count: number;

  constructor(
    private readonly table: Buffer,
    private readonly columns: number,
    private readonly headerBytes = 8,
  ) {
    const claimed = table.length < headerBytes ? 0 : table.readUInt32BE(headerBytes - 4);
    this.count = Math.max(0, Math.min(claimed, Math.floor((table.length - headerBytes) / (4 * columns))));
  }

  at(row: number, column = 0): number {
    return this.table.readUInt32BE(this.headerBytes + 4 * (row * this.columns + column));
  }

  signedAt(row: number, column = 0): number {
    return this.table.readInt32BE(this.headerBytes + 4 * (row * this.columns + column));
  }
}

/** How many bytes each sample has: `stsz`, or the compact `stz2` is not read. */
export class SampleSizes {
  private readonly fixedBytes: number;
  private readonly rows: Rows;
  readonly count: number;

  constructor(stsz: Buffer) {
    if (stsz.length < 12) throw new BrokenIndexError("stsz is cut off");
    this.fixedBytes = stsz.readUInt32BE(4);
    this.rows = new Rows(stsz, 1, 12);
    this.count = this.fixedBytes > 0 ? stsz.readUInt32BE(8) : this.rows.count;
  }

  of(sample: number): number {
    return this.fixedBytes > 0 ? this.fixedBytes : this.rows.at(sample - 1);
  }

  /** Of samples from `from` to before `to`, in bytes. */
  sum(from: number, to: number): number {
    if (this.fixedBytes > 0) return (to - from) * this.fixedBytes;
    let bytes = 0;
    for (let sample = from; sample < to; sample++) bytes += this.of(sample);
    return bytes;
  }
}

/** The samples that `stss` marks as sync samples, or all without it; of more than `most`, evenly taken. Ascending. */
export function syncSamples(stss: Buffer | undefined, sampleCount: number, most: number): number[] {
  const rows = stss === undefined ? undefined : new Rows(stss, 1);
  const count = rows?.count ?? sampleCount;
  const samples: number[] = [];
  const step = Math.max(1, count / most);
  for (let row = 0; row < count; row += step) {
    const sample = rows === undefined ? Math.floor(row) + 1 : rows.at(Math.floor(row));
    if (sample > (samples.at(-1) ?? 0) && sample <= sampleCount) samples.push(sample);
  }
  return samples;
}

/** When ascending samples are shown, in the media's time scale: their decoding times (`stts`) and offsets (`ctts`). */
export function presentationTimes(
  stts: Buffer,
  ctts: Buffer | undefined,
  samples: readonly number[],
): number[] {
  const deltas = new Rows(stts, 2);
  const times: number[] = [];
  let [row, firstOfRow, time] = [0, 1, 0];
  for (const sample of samples) {
    while (row < deltas.count && sample >= firstOfRow + deltas.at(row)) {
      firstOfRow += deltas.at(row);
      time += deltas.at(row) * deltas.at(row, 1);
      row++;
    }
    if (row === deltas.count) throw new BrokenIndexError(`stts tells no time of sample ${sample}`);
    times.push(time + (sample - firstOfRow) * deltas.at(row, 1));
  }
  if (ctts === undefined) return times;
  const offsets = new Rows(ctts, 2);
  [row, firstOfRow] = [0, 1];
  return samples.map((sample, i) => {
    while (row < offsets.count && sample >= firstOfRow + offsets.at(row)) firstOfRow += offsets.at(row++);
    // Version 0 has unsigned ones, but is written with signed ones too.
    return (times[i] ?? 0) + (row < offsets.count ? offsets.signedAt(row, 1) : 0);
  });
}

/** Where a sample is. */
export interface SamplePlace {
  readonly position: number;
  readonly bytes: number;
  readonly description: number;
}

/** Where ascending samples are in the file, by `stsc` and `stco` or `co64`. */
export function samplePlaces(
  stsc: Buffer,
  chunkPositions: Buffer,
  arePositionsLong: boolean,
  sizes: SampleSizes,
  samples: readonly number[],
): SamplePlace[] {
  const runs = new Rows(stsc, 3);
  const positions = new Rows(chunkPositions, arePositionsLong ? 2 : 1);
  const positionOf = (chunk: number) =>
    arePositionsLong
      ? positions.at(chunk - 1) * 2 ** 32 + positions.at(chunk - 1, 1)
      : positions.at(chunk - 1);
  const places: SamplePlace[] = [];
  let [run, firstOfRun] = [0, 1];
  let known = { chunk: 0, sample: 0, offset: 0 };
  for (const sample of samples) {
    // A run of chunks alike goes on to before the next one's first chunk.
    const chunksOf = (row: number) =>
      (row + 1 < runs.count ? runs.at(row + 1) : positions.count + 1) - runs.at(row);
    while (run < runs.count && sample >= firstOfRun + chunksOf(run) * runs.at(run, 1)) {
      if (chunksOf(run) < 0) throw new BrokenIndexError("stsc goes back");
      firstOfRun += chunksOf(run) * runs.at(run, 1);
      run++;
    }
    if (run === runs.count) throw new BrokenIndexError(`stsc has no chunk of sample ${sample}`);
    const inRun = sample - firstOfRun;
    const perChunk = runs.at(run, 1);
    const chunk = runs.at(run) + Math.floor(inRun / perChunk);
    if (chunk < 1 || chunk > positions.count) throw new BrokenIndexError(`there is no chunk ${chunk}`);
    const firstOfChunk = sample - (inRun % perChunk);
    const from = known.chunk === chunk ? known : { chunk, sample: firstOfChunk, offset: 0 };
    known = { chunk, sample, offset: from.offset + sizes.sum(from.sample, sample) };
    places.push({
      position: positionOf(chunk) + known.offset,
      bytes: sizes.of(sample),
      description: runs.at(run, 2),
    });
  }
  return places;
}
