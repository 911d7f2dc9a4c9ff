/** Matroska files (RFC 9559) that are small, or simply long, and cost a reader much. */
import { deflateSync } from "node:zlib";
import { element, uint16, uint8 } from "./binary";

const header = element("1a45dfa3", element("4282", Buffer.from("matroska")));
const unknownSize = Buffer.from("1853806701ffffffffffffff", "hex");

interface Video {
  readonly codec: string;
  readonly fourCc?: string;
  readonly side?: number;
  readonly encodings?: Buffer;
  readonly language?: string;
  readonly name?: string;
  readonly title?: string;
}

/** All that comes before the clusters; there is no duration in it. */
function beginning({ codec, fourCc, side = 64, encodings, language = "und", name, title }: Video): Buffer {
  const text = (id: string, value: string | undefined) =>
    value === undefined ? [] : [element(id, Buffer.from(value))];
  const picture = element(
    "e0",
    element("b0", uint16(side)),
    element("ba", uint16(side)),
    ...text("2eb524", fourCc),
  );
  const track = element(
    "ae",
    ...[element("d7", uint8(1)), element("73c5", uint8(1)), element("83", uint8(1))],
    ...[element("22b59c", Buffer.from(language)), ...text("536e", name)],
    ...[element("86", Buffer.from(codec)), picture],
    ...(encodings === undefined ? [] : [encodings]),
  );
  const info = element(
    "1549a966",
    element("2ad7b1", Buffer.from([0x0f, 0x42, 0x40])),
    ...text("7ba9", title),
  );
  return Buffer.concat([header, unknownSize, info, element("1654ae6b", track)]);
}

/** Packets at these times in milliseconds, in clusters of 30 seconds. */
function clusters(packets: readonly Buffer[], millisecondsEach: number): Buffer {
  const perCluster = Math.floor(30_000 / millisecondsEach);
  const all: Buffer[] = [];
  for (let first = 0; first < packets.length; first += perCluster) {
    const time = Buffer.alloc(4);
    time.writeUInt32BE(first * millisecondsEach);
    const blocks = packets
      .slice(first, first + perCluster)
      .map((packet, index) => simpleBlock(packet, index * millisecondsEach));
    all.push(element("1f43b675", element("e7", time), ...blocks));
  }
  return Buffer.concat(all);
}

function simpleBlock(content: Buffer, time: number): Buffer {
  const bytes = content.length + 4;
  const size =
    bytes < 127
      ? uint8(0x80 + bytes)
      : Buffer.concat([uint8(0x10), Buffer.from([bytes >> 16, bytes >> 8, bytes])]);
  return Buffer.concat([uint8(0xa3), size, uint8(0x81, time >> 8, time & 0xff, 0x80), content]);
}

/** A recording without a duration, of `count` frames of one gray pixel each. */
export function longRecording(count: number): Buffer {
  const packets = Array.from({ length: count }, (_, index) => uint8(index & 0xff));
  return Buffer.concat([
    beginning({ codec: "V_UNCOMPRESSED", fourCc: "Y800", side: 1 }),
    clusters(packets, 5),
  ]);
}

/** Another one: the first frame is a JPEG, all others are none, of which a decoder complains each time. */
export function brokenRecording(jpeg: Buffer, count: number): Buffer {
  const packets = Array.from({ length: count }, (_, index) => (index === 0 ? jpeg : uint8(0)));
  return Buffer.concat([beginning({ codec: "V_MJPEG" }), clusters(packets, 5)]);
}

/** A video of one JPEG, with texts that an uploader chooses. */
export function labelledVideo(jpeg: Buffer, texts: Pick<Video, "language" | "name" | "title">): Buffer {
  const packets = [jpeg, jpeg, jpeg];
  return Buffer.concat([beginning({ codec: "V_MJPEG", ...texts }), clusters(packets, 40)]);
}

/** 3.3 MB of tags, each with a name of its own: whoever keeps them in a list looks for each one in all of it. */
export function manyTags(jpeg: Buffer): Buffer {
  const tags = Array.from({ length: 183_000 }, (_, index) =>
    // Sizes of one byte, to have many.
    small(
      "67c8",
      small("45a3", Buffer.from(index.toString(36).padStart(8, "T"))),
      small("4487", uint8(0x78)),
    ),
  );
  const tag = element("1254c367", element("7373", Buffer.concat(tags)));
  return Buffer.concat([beginning({ codec: "V_MJPEG" }), tag, clusters([jpeg], 40)]);
}

function small(id: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from(id, "hex"), uint8(0x80 + body.length), body]);
}

/** 3.5 MB of packets, each compressed a thousandfold. */
export function compressedPackets(): Buffer {
  const zlib = element("5034", element("4254", uint8(0)));
  const encodings = element(
    "6d80",
    element("6240", element("5031", uint8(0)), element("5032", uint8(1)), element("5033", uint8(0)), zlib),
  );
  const packet = deflateSync(Buffer.alloc(3_500_000), { level: 9 });
  const packets = Array<Buffer>(1000).fill(packet);
  return Buffer.concat([beginning({ codec: "V_MJPEG", encodings }), clusters(packets, 40)]);
}

/** A recording whose packets are encrypted (RFC 9559, section 5.1.4.1.31), by AES with a key that has an id. */
export function encryptedRecording(codec: string): Buffer {
  const encryption = element("5035", element("47e1", uint8(5)), element("47e2", Buffer.alloc(16, 7)));
  const encodings = element("6d80", element("6240", element("5033", uint8(1)), encryption));
  const packets = Array.from({ length: 3 }, (_, index) => Buffer.alloc(100, 0x5a + index));
  return Buffer.concat([beginning({ codec, encodings }), clusters(packets, 40)]);
}
