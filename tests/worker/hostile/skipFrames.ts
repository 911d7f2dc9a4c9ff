import { BitWriter, box, uint16, uint32, uint8 } from "./binary";

const [widthInBlocks, heightInBlocks] = [256, 144];
const blocks = widthInBlocks * heightInBlocks;

/**
 * H.264 (ITU-T H.264, 7.3) of 4096 × 2304 pixels, baseline profile: one gray frame, and then frames all of whose
 * macroblocks are skipped, as samples of MP4.
 */
export function skipFrames(count: number): {
  readonly configuration: Buffer;
  readonly width: number;
  readonly height: number;
  readonly frames: readonly Buffer[];
} {
  const [profile, level] = [66, 52];
  // log2_max_frame_num 4, pic_order_cnt_type 2, one reference frame, frames only.
  const sequence = new BitWriter().u(8, profile).u(8, 0).u(8, level).ue(0).ue(0).ue(2).ue(1).u(1, 0);
  sequence
    .ue(widthInBlocks - 1)
    .ue(heightInBlocks - 1)
    .u(1, 1)
    .u(1, 1)
    .u(1, 0)
    .u(1, 0);
  // CAVLC, one slice group, no weighted prediction, no deblocking control.
  const picture = new BitWriter().ue(0).ue(0).u(1, 0).u(1, 0).ue(0).ue(0).ue(0).u(1, 0).u(2, 0);
  picture.ue(0).ue(0).ue(0).u(1, 0).u(1, 0).u(1, 0);
  const [sps, pps] = [unit(0x67, sequence), unit(0x68, picture)];
  const sized = (content: Buffer) => Buffer.concat([uint16(content.length), content]);
  const configuration = box(
    "avcC",
    uint8(1, profile, 0, level, 0xff, 0xe1),
    sized(sps),
    uint8(1),
    sized(pps),
  );

  const first = new BitWriter().ue(0).ue(7).ue(0).u(4, 0).ue(0).u(1, 0).u(1, 0).ue(0);
  // Intra 16 × 16 from the mean of the neighbours, without a remainder.
  for (let block = 0; block < blocks; block++) first.ue(3).ue(0).ue(0).u(1, 1);
  const sample = (content: Buffer) => Buffer.concat([uint32(content.length), content]);
  const frames = [sample(unit(0x65, first))];
  for (let number = 1; number < count; number++) {
    const skipped = new BitWriter()
      .ue(0)
      .ue(5)
      .ue(0)
      .u(4, number % 16)
      .u(1, 0)
      .u(1, 0)
      .u(1, 0)
      .ue(0)
      .ue(blocks);
    frames.push(sample(unit(0x41, skipped)));
  }
  return { configuration, width: widthInBlocks * 16, height: heightInBlocks * 16, frames };
}

/** A NAL unit, with the bytes put in that keep start codes out of it. */
function unit(header: number, content: BitWriter): Buffer {
  const bytes = [header];
  let zeros = 0;
  for (const byte of content.bytes()) {
    if (zeros === 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    bytes.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Buffer.from(bytes);
}
