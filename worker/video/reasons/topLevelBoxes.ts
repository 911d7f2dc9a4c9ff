import { maxHeaderBytes, readBox } from "../../mp4/boxes";
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
    const { bytes, totalBytes } = await readServed(url, position, maxHeaderBytes, signal);
    if (count === 0 && !firstTypes.test(bytes.toString("latin1"))) return undefined;
    const box = readBox(bytes, position, totalBytes);
    if (box === undefined || !/^[\w ©-]{4}$/.test(box.type)) break;
    types.add(box.type);
    position = box.end;
    if (position > totalBytes) return { types, cut: box.type };
    if (position === totalBytes) break;
  }
  return { types, cut: undefined };
}
