import type { Box } from "../../mp4/boxes";
import { boxesIn, findBox } from "../../mp4/boxes";
import { editsOf } from "../../mp4/editList";

/** What a fragmented file's `moov` says of its only video track. */
export interface FragmentedTrack {
  readonly trackId: number;
  /** Units of its times per second. */
  readonly timescale: number;
  /** Of samples whose fragment says nothing else. */
  readonly defaultSampleFlags: number;
  /** Its place among all tracks, which is also ffmpeg's. */
  readonly streamIndex: number;
  /** Its first samples are not in a fragment. */
  readonly beginsInMoov: boolean;
}

/** A `moof` with samples of the video track. */
export interface Fragment {
  readonly start: number;
  /** When its first sample is decoded, in units of the track's timescale. */
  readonly decodeTime: number;
  /** Whether a decoder can begin with its first sample. */
  readonly beginsWithKeyframe: boolean;
}

/** sample_is_non_sync_sample (ISO/IEC 14496-12, section 8.8.3.1). */
const notSync = 0x10000;

/**
 * The only video track of a `moov`, whose content is given; undefined when there is none or several, no `mvex`, or an
 * edit list that does more than to move the beginning.
 */
export function fragmentedTrack(moov: Buffer): FragmentedTrack | undefined {
  const found: FragmentedTrack[] = [];
  const mvex = findBox(moov, ["mvex"]);
  if (mvex === undefined) return undefined;
  let streamIndex = -1;
  for (const trak of boxesIn(moov)) {
    if (trak.type !== "trak") continue;
    streamIndex++;
    const inTrak = (...path: string[]) => fullBox(moov, findBox(moov, path, trak.contentStart, trak.end));
    if (inTrak("mdia", "hdlr")?.content.toString("latin1", 4, 8) !== "vide") continue;
    const [header, media] = [inTrak("tkhd"), inTrak("mdia", "mdhd")];
    const edits = findBox(moov, ["edts", "elst"], trak.contentStart, trak.end);
    const [trackId, timescale] = [timesThen(header), timesThen(media)];
    if (trackId === undefined || timescale === undefined || timescale === 0) return undefined;
    if (edits !== undefined && !areSmall(moov.subarray(edits.contentStart, edits.end), timescale))
      return undefined;
    const sizes = inTrak("mdia", "minf", "stbl", "stsz")?.content;
    found.push({
      trackId,
      timescale,
      defaultSampleFlags: trexFlags(moov, mvex, trackId),
      streamIndex,
      beginsInMoov: sizes !== undefined && sizes.length >= 8 && sizes.readUInt32BE(4) > 0,
    });
  }
  return found.length === 1 ? found[0] : undefined;
}

/** The fragment in `moof`, a whole box that begins at byte `start`; undefined when it holds none of the video, or no time. */
export function readFragment(moof: Buffer, start: number, track: FragmentedTrack): Fragment | undefined {
  const [content] = boxesIn(moof);
  if (content?.type !== "moof") return undefined;
  const [header] = boxesIn(moof, content.contentStart, content.end);
  if (header?.type !== "mfhd") return undefined;
  for (const traf of boxesIn(moof, content.contentStart, content.end)) {
    if (traf.type !== "traf") continue;
    const inTraf = (type: string) => fullBox(moof, findBox(moof, [type], traf.contentStart, traf.end));
    const [tfhd, tfdt, trun] = [inTraf("tfhd"), inTraf("tfdt"), inTraf("trun")];
    if (tfhd === undefined || tfhd.content.length < 4 || tfhd.content.readUInt32BE(0) !== track.trackId)
      continue;
    if (tfdt === undefined || tfdt.content.length < (tfdt.version === 1 ? 8 : 4) || trun === undefined)
      return undefined;
    const decodeTime =
      tfdt.version === 1 ? Number(tfdt.content.readBigUInt64BE(0)) : tfdt.content.readUInt32BE(0);
    const flags = firstSampleFlags(trun) ?? defaultFlags(tfhd) ?? track.defaultSampleFlags;
    return { start, decodeTime, beginsWithKeyframe: (flags & notSync) === 0 };
  }
  return undefined;
}

interface FullBox {
  readonly version: number;
  readonly flags: number;
  /** What follows version and flags. */
  readonly content: Buffer;
}

function fullBox(bytes: Buffer, box: Box | undefined): FullBox | undefined {
  if (box === undefined || box.end - box.contentStart < 4) return undefined;
  const content = bytes.subarray(box.contentStart + 4, box.end);
  const word = bytes.readUInt32BE(box.contentStart);
  return { version: word >>> 24, flags: word & 0xffffff, content };
}

/** Whether the edits in an `elst` leave out less than half a second. */
function areSmall(elst: Buffer, timescale: number): boolean {
  const edits = editsOf(elst);
  return (
    edits !== undefined && edits.length <= 2 && edits.every(({ mediaTime }) => mediaTime <= timescale / 2)
  );
}

/** What stands behind the two times at the beginning of a `tkhd` (its track_ID) and an `mdhd` (its timescale). */
function timesThen(box: FullBox | undefined): number | undefined {
  const at = box?.version === 1 ? 16 : 8;
  return box === undefined || box.content.length < at + 4 ? undefined : box.content.readUInt32BE(at);
}

function trexFlags(moov: Buffer, mvex: Box, trackId: number): number {
  for (const box of boxesIn(moov, mvex.contentStart, mvex.end)) {
    const trex = box.type === "trex" ? fullBox(moov, box) : undefined;
    if (trex !== undefined && trex.content.length >= 20 && trex.content.readUInt32BE(0) === trackId)
      return trex.content.readUInt32BE(16);
  }
  return 0;
}

/** default_sample_flags: behind those of its fields that are there. */
function defaultFlags({ flags, content }: FullBox): number | undefined {
  const at =
    4 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0) + (flags & 0x8 ? 4 : 0) + (flags & 0x10 ? 4 : 0);
  return flags & 0x20 && content.length >= at + 4 ? content.readUInt32BE(at) : undefined;
}

/** first_sample_flags, or else those of the first sample itself. */
function firstSampleFlags({ flags, content }: FullBox): number | undefined {
  const first = 4 + (flags & 0x1 ? 4 : 0);
  const at = flags & 0x4 ? first : first + (flags & 0x100 ? 4 : 0) + (flags & 0x200 ? 4 : 0);
  return flags & 0x404 && content.length >= at + 4 ? content.readUInt32BE(at) : undefined;
}
