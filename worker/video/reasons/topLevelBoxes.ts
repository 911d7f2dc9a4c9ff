import { readServed } from "./readServed";

/** Which boxes stand at the top level of an MP4, MOV or HEIF file (ISO/IEC 14496-12, 4.2), as far as they make sense. */
export interface TopLevelBoxes {
  readonly types: ReadonlySet<string>;
  /** The last one, when the file ends inside it. */
  readonly cut: string | undefined;
}

/** What such files begin with. */
const firstTypes = /^....(?:ftyp|styp|moov|mdat|free|skip|wide|pnot|meta|uuid|sidx|moof)/s;
/** More come in fragmented files alone, whose index is among the first. */
const maxBoxes = 64;

/** Undefined when the file does not begin like one of these. */
export async function topLevelBoxes(url: string, signal: AbortSignal): Promise<TopLevelBoxes | undefined> {
  const types = new Set<string>();
  let position = 0;
  for (let count = 0; count < maxBoxes; count++) {
    const { bytes, totalBytes } = await readServed(url, position, 16, signal);
    if (count === 0 && !firstTypes.test(bytes.toString("latin1"))) return undefined;
    const size = boxBytes(bytes, totalBytes - position);
    if (size === undefined) break;
    const type = bytes.toString("latin1", 4, 8);
    types.add(type);
    position += size;
    if (position > totalBytes) return { types, cut: type };
    if (position === totalBytes) break;
  }
  return { types, cut: undefined };
}

/** A size of 1 is followed by one of 64 bits; one of 0 means the rest of the file. */
function boxBytes(header: Buffer, restBytes: number): number | undefined {
  if (header.length < 8 || !/^[\w ©-]{4}$/.test(header.toString("latin1", 4, 8))) return undefined;
  const size = header.readUInt32BE(0);
  if (size === 0) return restBytes;
  if (size !== 1) return size < 8 ? undefined : size;
  const large = header.length < 16 ? 0 : Number(header.readBigUInt64BE(8));
  return large < 16 ? undefined : large;
}
