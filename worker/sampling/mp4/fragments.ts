/** Boxes as they are in the file, with their headers, of which a video of one track is made. */
export interface MovieParts {
  readonly fileType: Buffer | undefined;
  readonly movieHeader: Buffer;
  readonly trackHeader: Buffer;
  readonly mediaHeader: Buffer;
  readonly handler: Buffer;
  readonly dataInformation: Buffer;
  readonly descriptions: Buffer;
}

/** The time scale of the media of {@link fragmentedMovie}. */
const unitsPerSecond = 1000;

/**
 * The beginning of a fragmented MP4 file (ISO/IEC 14496-12, 8.8), whose track is described as in the file that the parts
 * are of, and which goes on with any number of {@link fragment}s.
 */
export function fragmentedMovie(parts: MovieParts): Buffer {
  const noSamples = [
    box("stts", uint32(0, 0)),
    box("stsc", uint32(0, 0)),
    box("stsz", uint32(0, 0, 0)),
    box("stco", uint32(0, 0)),
  ];
  const videoHeader = box("vmhd", uint32(1, 0, 0));
  const samples = box("stbl", parts.descriptions, ...noSamples);
  const mediaInformation = box("minf", videoHeader, parts.dataInformation, samples);
  const media = box("mdia", inUnits(parts.mediaHeader), parts.handler, mediaInformation);
  const defaults = box("trex", uint32(0), trackId(parts.trackHeader), uint32(1, unitsPerSecond, 0, 0));
  return Buffer.concat([
    parts.fileType ?? box("ftyp", Buffer.from("isom\0\0\0\0isomiso5", "latin1")),
    box("moov", parts.movieHeader, box("trak", parts.trackHeader, media), box("mvex", defaults)),
  ]);
}

/** One sync sample, shown from `seconds` on for a second. */
export function fragment(sample: Buffer, seconds: number, id: Buffer): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds * unitsPerSecond));
  const movieFragment = (dataOffset: number) =>
    box(
      "moof",
      box("mfhd", uint32(0, seconds + 1)),
      box(
        "traf",
        // Positions count from the beginning of `moof`.
        box("tfhd", uint32(0x020000), id),
        box("tfdt", uint32(0x01000000), time),
        // With the position of the data, and the size of the one sample.
        box("trun", uint32(0x000201, 1, dataOffset, sample.length)),
      ),
    );
  const dataOffset = movieFragment(0).length + 8;
  return Buffer.concat([movieFragment(dataOffset), box("mdat", sample)]);
}

/** Of a `tkhd` box (8.3.2). */
export function trackId(trackHeader: Buffer): Buffer {
  const at = trackHeader[8] === 1 ? 28 : 20;
  return trackHeader.subarray(at, at + 4);
}

/** An `mdhd` box (8.4.2) with another time scale. */
function inUnits(mediaHeader: Buffer): Buffer {
  const changed = Buffer.from(mediaHeader);
  changed.writeUInt32BE(unitsPerSecond, changed[8] === 1 ? 28 : 20);
  return changed;
}

function box(type: string, ...contents: readonly Buffer[]): Buffer {
  const header = Buffer.from(`\0\0\0\0${type}`, "latin1");
  const whole = Buffer.concat([header, ...contents]);
  whole.writeUInt32BE(whole.length);
  return whole;
}

function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
  return bytes;
}
