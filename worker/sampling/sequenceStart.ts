import { recordIn } from "./frameCheck";

/** Types of HEVC's NAL units: ITU-T H.265, table 7-1. Slices of both are written alike. */
const [cleanRandomAccess, brokenLink] = [21, 16];

/**
 * Gives what makes a keyframe of HEVC, in place, one that a decoder takes for the beginning of a new sequence, whatever it
 * has had before: of open GOPs it would count on, and without what is between the GOPs it mistakes their order, and then
 * their times. `configuration` is that of frameCheck. Frames of other codecs stay as they are.
 */
export function sequenceStart(codec: string, configuration: Buffer): (frame: Buffer) => void {
  const lengthBits = codec === "hevc" ? recordIn(configuration, "hvcC")?.[21] : undefined;
  if (lengthBits === undefined) return () => undefined;
  const lengthBytes = (lengthBits & 3) + 1;
  return (frame) => {
    let position = 0;
    while (position + lengthBytes < frame.length) {
      const unit = position + lengthBytes;
      const header = frame[unit] ?? 0;
      if (((header >> 1) & 63) === cleanRandomAccess) frame[unit] = (header & 0x81) | (brokenLink << 1);
      position = unit + frame.readUIntBE(position, lengthBytes);
    }
  };
}
