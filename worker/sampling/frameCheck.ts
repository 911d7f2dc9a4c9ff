/**
 * Gives what tells whether a frame that an index marks as a keyframe is one by its own bytes: some files mark frames that
 * need the ones before them. `configuration` holds the codec's `avcC` or `hvcC` box, or is its content, as in Matroska.
 * Frames of other codecs, or without it, are believed.
 */
export function frameCheck(codec: string, configuration: Buffer): (frame: Buffer) => boolean {
  switch (codec) {
    case "h264":
      return firstSlice(recordIn(configuration, "avcC")?.[4], isIntraSliceH264);
    case "hevc":
      return firstSlice(recordIn(configuration, "hvcC")?.[21], isRandomAccessHevc);
    case "vp8":
      // RFC 6386, 9.1.
      return (frame) => frame.length > 0 && ((frame[0] ?? 1) & 1) === 0;
    default:
      return () => true;
  }
}

/** ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1: both begin with a version of 1. */
export function recordIn(configuration: Buffer, type: string): Buffer | undefined {
  const at = configuration.indexOf(type, 0, "latin1");
  const record = at < 0 ? configuration : configuration.subarray(at + 4);
  return record[0] === 1 ? record : undefined;
}

/** Whether a NAL unit holds a slice, and if so whether it is one of a keyframe. */
type SliceKind = (unit: Buffer) => boolean | undefined;

/** Of a frame, before its first slice: parameter sets, and what else is told of it. */
const maxUnits = 256;

/** Asks the first slice of a frame; the second field of a keyframe may well need the first one. */
function firstSlice(lengthBits: number | undefined, kindOf: SliceKind): (frame: Buffer) => boolean {
  if (lengthBits === undefined) return () => true;
  const lengthBytes = (lengthBits & 3) + 1;
  return (frame) => {
    let position = 0;
    for (let units = 0; units < maxUnits && position + lengthBytes < frame.length; units++) {
      const length = frame.readUIntBE(position, lengthBytes);
      const kind = kindOf(frame.subarray(position + lengthBytes, position + lengthBytes + length));
      if (kind !== undefined) return kind;
      position += lengthBytes + length;
    }
    return false;
  };
}

/** ITU-T H.264, table 7-1, and 7.3.3: the slice's first macroblock, and then its type. */
function isIntraSliceH264(unit: Buffer): boolean | undefined {
  const type = (unit[0] ?? 0) & 31;
  if (type === 5) return true;
  if (type !== 1 && type !== 2) return undefined;
  const bits = [...unit.subarray(1, 9)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const first = expGolomb(bits, 0);
  const sliceType = first === undefined ? undefined : expGolomb(bits, first.end);
  return sliceType !== undefined && [2, 4].includes(sliceType.value % 5);
}

/** An unsigned Exp-Golomb code (9.1), and where it ends. */
function expGolomb(bits: string, start: number): { value: number; end: number } | undefined {
  const zeros = bits.indexOf("1", start) - start;
  if (zeros < 0) return undefined;
  const end = start + 2 * zeros + 1;
  return { value: parseInt(bits.slice(start + zeros, end), 2) - 1, end };
}

/** ITU-T H.265, table 7-1: the pictures at which decoding can begin. */
function isRandomAccessHevc(unit: Buffer): boolean | undefined {
  const type = ((unit[0] ?? 0) >> 1) & 63;
  return type >= 32 ? undefined : type >= 16 && type <= 23;
}
