/** Small MP4 and QuickTime files whose tables claim, or lead to, far more than they hold. */
import { constants as zlibConstants, crc32, deflateRawSync, deflateSync } from "node:zlib";
import { box, uint16, uint32, uint8 } from "./binary";
import { skipFrames } from "./skipFrames";

const timescale = 1000;
const full = (type: string, ...content: Buffer[]) => box(type, uint32(0), ...content);
const matrix = uint32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

interface Track {
  readonly width: number;
  readonly height: number;
  readonly codec: string;
  readonly configuration?: Buffer;
  readonly samples: number;
  /** The boxes that say how large the samples are and where. */
  readonly tables: readonly Buffer[];
  readonly edits?: Buffer;
  readonly onlyFirstIsKey?: boolean;
}

function movie(track: Track): Buffer {
  const { width, height, samples } = track;
  const duration = samples * 10;
  const entry = box(
    track.codec,
    Buffer.alloc(6),
    uint16(1),
    Buffer.alloc(16),
    uint16(width, height),
    uint32(0x480000, 0x480000, 0),
    uint16(1),
    Buffer.alloc(32),
    uint16(24, 0xffff),
    track.configuration ?? Buffer.alloc(0),
  );
  const table = box(
    "stbl",
    full("stsd", uint32(1), entry),
    full("stts", uint32(1, samples, 10)),
    ...(track.onlyFirstIsKey === true ? [full("stss", uint32(1, 1))] : []),
    ...track.tables,
  );
  const selfContained = box("dinf", full("dref", uint32(1), box("url ", uint32(1))));
  return box(
    "moov",
    full(
      "mvhd",
      uint32(0, 0, timescale, duration, 0x10000),
      uint16(0x100, 0),
      uint32(0, 0),
      matrix,
      Buffer.alloc(24),
      uint32(2),
    ),
    box(
      "trak",
      box(
        "tkhd",
        uint32(3, 0, 0, 1, 0, duration, 0, 0),
        uint16(0, 0, 0, 0),
        matrix,
        uint32(width << 16, height << 16),
      ),
      ...(track.edits === undefined ? [] : [box("edts", track.edits)]),
      box(
        "mdia",
        full("mdhd", uint32(0, 0, timescale, duration), uint16(0x55c4, 0)),
        full("hdlr", uint32(0), Buffer.from("vide"), Buffer.alloc(13)),
        box("minf", box("vmhd", uint32(1, 0, 0)), selfContained, table),
      ),
    ),
  );
}

const fileType = box("ftyp", Buffer.from("isom"), uint32(512), Buffer.from("isomavc1"));

/** Some 600 bytes that claim 80 million samples. */
export function claimedSamples(): Buffer {
  const count = 80_000_000;
  const tables = [
    full("stsz", uint32(1, count)),
    full("stsc", uint32(1, 1, count, 1)),
    full("stco", uint32(1, 40)),
  ];
  return Buffer.concat([fileType, movie({ width: 64, height: 64, codec: "mp4v", samples: count, tables })]);
}

/** 4,000 samples in 33 KB, each of them the same picture of 4096 × 4096 pixels. */
export function manyTimesOnePicture(): Buffer {
  return oftenOnePicture(grayPng(4096), 4096, 4000);
}

/** A QuickTime film of a square PNG that is shown again every 10 ms. */
export function oftenOnePicture(png: Buffer, side: number, samples: number): Buffer {
  const offset = fileType.length + 8;
  const tables = [
    full("stsz", uint32(png.length, samples)),
    full("stsc", uint32(1, 1, 1, 1)),
    full("stco", uint32(samples, ...Array<number>(samples).fill(offset))),
  ];
  const track = { width: side, height: side, codec: "png ", samples, tables, onlyFirstIsKey: true };
  return Buffer.concat([fileType, box("mdat", png), movie(track)]);
}

/** A gray square, with texts of these keywords in it. */
export function grayPng(side: number, texts: Readonly<Record<string, string>> = {}): Buffer {
  const chunk = (type: string, content: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), content]);
    return Buffer.concat([uint32(content.length), body, uint32(crc32(body))]);
  };
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", Buffer.concat([uint32(side, side), uint8(8, 0, 0, 0, 0)])),
    ...Object.entries(texts).map(([keyword, text]) => chunk("tEXt", Buffer.from(`${keyword}\0${text}`))),
    chunk("IDAT", deflateSync(Buffer.alloc(side * (side + 1)), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** An edit list of 20,000 edits, 249 KB, each of which shows all of the 2,000 samples again. */
export function manyEdits(): Buffer {
  const [samples, edits] = [2000, 20_000];
  const list = Array.from({ length: edits }, () => [samples * 10, 0, 0x10000]).flat();
  const tables = [
    full("stsz", uint32(1, samples)),
    full("stsc", uint32(1, 1, samples, 1)),
    full("stco", uint32(1, 40)),
  ];
  const track = {
    width: 64,
    height: 64,
    codec: "mp4v",
    samples,
    tables,
    edits: full("elst", uint32(edits, ...list)),
  };
  return Buffer.concat([fileType, movie(track)]);
}

/** An index of 1 GB, nearly all of it unused space, that is compressed into 1 MB (QuickTime File Format, `cmov`). */
export function compressedIndex(): Buffer {
  const tables = [full("stsz", uint32(1, 1)), full("stsc", uint32(1, 1, 1, 1)), full("stco", uint32(1, 40))];
  const inner = movie({ width: 64, height: 64, codec: "mp4v", samples: 1, tables }).subarray(8);
  const [blockBytes, blocks] = [16 * 2 ** 20, 62];
  const spaceBytes = blockBytes * blocks;
  const totalBytes = 8 + inner.length + 8 + spaceBytes;
  const head = Buffer.concat([
    uint32(totalBytes),
    Buffer.from("moov"),
    inner,
    uint32(spaceBytes + 8),
    Buffer.from("free"),
  ]);
  const { Z_FULL_FLUSH } = zlibConstants;
  const flushed = (content: Buffer) => deflateRawSync(content, { level: 9, finishFlush: Z_FULL_FLUSH });
  const block = flushed(Buffer.alloc(blockBytes));
  const stream = Buffer.concat([
    uint8(0x78, 0xda),
    flushed(head),
    ...Array<Buffer>(blocks).fill(block),
    deflateRawSync(Buffer.alloc(0)),
    uint32(adler32(head, spaceBytes)),
  ]);
  const compressed = box("cmov", box("dcom", Buffer.from("zlib")), box("cmvd", uint32(totalBytes), stream));
  return Buffer.concat([fileType, box("moov", compressed)]);
}

/** The checksum that ends a zlib stream (RFC 1950) of these bytes and so many zeros after them. */
function adler32(bytes: Buffer, zeros: number): number {
  const modulus = 65_521;
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % modulus;
    b = (b + a) % modulus;
  }
  b = (b + a * (zeros % modulus)) % modulus;
  return b * 65_536 + a;
}

/** 13,000 frames of 4096 × 2304 in some 260 KB: after the first one, "nothing has changed" in 12 bytes each. */
export function unchangingFrames(): Buffer {
  const { configuration, width, height, frames } = skipFrames(13_000);
  const tables = [
    full("stsz", uint32(0, frames.length, ...frames.map((frame) => frame.length))),
    full("stsc", uint32(1, 1, frames.length, 1)),
    full("stco", uint32(1, fileType.length + 8)),
  ];
  const track = {
    width,
    height,
    codec: "avc1",
    configuration,
    samples: frames.length,
    tables,
    onlyFirstIsKey: true,
  };
  return Buffer.concat([fileType, box("mdat", ...frames), movie(track)]);
}
