import type { CachedVideo } from "../../source/cachedVideo";
import { BrokenIndexError } from "../brokenIndex";
import { readInBlocks } from "../readInBlocks";
import type { Element } from "./ebml";
import { childContent, elementAt, elementsIn, maxElementHeaderBytes, unsigned } from "./ebml";
import { ids } from "./ids";

/** Of Cues, a million of them. */
const maxContentBytes = 16 * 1024 * 1024;
const maxElements = 1000;

/** What comes before the frames of a Matroska file, and the Cues wherever they are. */
export interface Segment {
  /** All before the segment: what kind of EBML document it is. */
  readonly documentHeader: Buffer;
  /** What positions in the segment count from. */
  readonly start: number;
  readonly info: Buffer;
  readonly tracks: Buffer;
  readonly cues: Buffer;
}

/** Undefined when the file has no Cues. Throws BrokenIndexError for one that ends inside them. */
export async function readSegment(video: CachedVideo, signal: AbortSignal): Promise<Segment | undefined> {
  const read = (start: number, end: number) =>
    readInBlocks(video, start, Math.min(end, video.totalBytes), signal);
  const at = async (position: number) =>
    elementAt(await read(position, position + maxElementHeaderBytes), position);
  const content = async ({ contentStart, end }: Element) => {
    if (end - contentStart > maxContentBytes || end > video.totalBytes)
      throw new BrokenIndexError(`an element of ${end - contentStart} bytes`);
    return read(contentStart, end);
  };

  const header = await at(0);
  const segment = header === undefined ? undefined : await at(header.end);
  if (segment?.id !== ids.Segment) return undefined;
  const found = new Map<number, Buffer>();
  let position = segment.contentStart;
  for (let count = 0; count < maxElements && position < Math.min(segment.end, video.totalBytes); count++) {
    const element = await at(position);
    if (element === undefined || element.id === ids.Cluster) break;
    if ([ids.SeekHead, ids.Info, ids.Tracks, ids.Cues].some((id) => id === element.id))
      if (!found.has(element.id)) found.set(element.id, await content(element));
    position = element.end;
  }
  let cues = found.get(ids.Cues);
  const cuesPosition = positionOfCues(found.get(ids.SeekHead));
  if (cues === undefined && cuesPosition !== undefined) {
    const element = await at(segment.contentStart + cuesPosition);
    if (element?.id === ids.Cues) cues = await content(element);
  }
  const [info, tracks] = [found.get(ids.Info), found.get(ids.Tracks)];
  if (info === undefined || tracks === undefined || cues === undefined) return undefined;
  return { documentHeader: await read(0, segment.start), start: segment.contentStart, info, tracks, cues };
}

function positionOfCues(seekHead: Buffer = Buffer.alloc(0)): number | undefined {
  for (const { id, contentStart, end } of elementsIn(seekHead)) {
    if (id !== ids.Seek) continue;
    const seek = seekHead.subarray(contentStart, end);
    const [target, position] = [childContent(seek, ids.SeekID), childContent(seek, ids.SeekPosition)];
    if (target !== undefined && position !== undefined && unsigned(target) === ids.Cues)
      return unsigned(position);
  }
  return undefined;
}
