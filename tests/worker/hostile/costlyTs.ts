/** MPEG transport streams (ITU-T H.222.0, 2.4) that announce thousands of streams. */
import { uint16, uint32, uint8 } from "./binary";

const streamsPerProgram = 190;

/** Some 1.9 MB: programs with thousands of video streams, each of which has a packet of its own. */
export function manyStreams(streams = 7800): Buffer {
  const programs = Math.ceil(streams / streamsPerProgram);
  const mapPid = (program: number) => 16 + program;
  const streamPid = (stream: number) => 200 + stream;
  const listed = Array.from({ length: programs }, (_, program) =>
    uint16(program + 1, 0xe000 | mapPid(program)),
  );
  const packets = section(0, table(0, Buffer.concat(listed)));
  for (let program = 0; program < programs; program++) {
    const first = program * streamsPerProgram;
    const count = Math.min(streamsPerProgram, streams - first);
    const list = Array.from({ length: count }, (_, index) =>
      Buffer.concat([uint8(0x1b), uint16(0xe000 | streamPid(first + index), 0xf000)]),
    );
    packets.push(
      ...section(
        mapPid(program),
        table(2, Buffer.concat([uint16(0xe000 | streamPid(first), 0xf000), ...list]), program + 1),
      ),
    );
  }
  for (let stream = 0; stream < streams; stream++) {
    const pes = Buffer.concat([
      Buffer.from("000001e00000808005", "hex"),
      Buffer.from("2100010001", "hex"),
      Buffer.from("00000001677f", "hex"),
    ]);
    packets.push(packet(streamPid(stream), true, Buffer.concat([pes, Buffer.alloc(184 - pes.length, 0xff)])));
  }
  return Buffer.concat(packets);
}

function packet(pid: number, begins: boolean, payload: Buffer, counter = 0): Buffer {
  return Buffer.concat([
    uint8(0x47, (begins ? 0x40 : 0) | (pid >> 8), pid & 0xff, 0x10 | (counter & 15)),
    payload,
  ]);
}

function table(id: number, content: Buffer, program = 1): Buffer {
  const body = Buffer.concat([
    uint16(0xb000 | (content.length + 9)),
    uint16(program),
    uint8(0xc1, 0, 0),
    content,
  ]);
  const whole = Buffer.concat([uint8(id), body]);
  return Buffer.concat([whole, uint32(crc32Mpeg(whole))]);
}

/** The packets of one section. */
function section(pid: number, content: Buffer): Buffer[] {
  const bytes = Buffer.concat([uint8(0), content]);
  const packets: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += 184) {
    const piece = bytes.subarray(start, start + 184);
    packets.push(
      packet(
        pid,
        start === 0,
        Buffer.concat([piece, Buffer.alloc(184 - piece.length, 0xff)]),
        packets.length,
      ),
    );
  }
  return packets;
}

function crc32Mpeg(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
