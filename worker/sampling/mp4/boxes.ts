import type { CachedVideo } from "../../source/cachedVideo";
import { BrokenIndexError } from "../brokenIndex";
import { readInBlocks } from "../readInBlocks";

/** A box of an MP4 or QuickTime file (ISO/IEC 14496-12, 4.2): where its content begins and ends in the file. */
export interface Box {
  readonly type: string;
  /** Of its header. */
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

/** Files have some dozens in each other box. */
const maxBoxes = 1000;

/** Reads a file's boxes. All throw BrokenIndexError for boxes that do not fit into what holds them. */
export class BoxReader {
  constructor(
    private readonly video: CachedVideo,
    private readonly signal: AbortSignal,
  ) {}

  /** The file's own boxes, up to and with the first one of a type. */
  fileBoxes(upTo: string): Promise<Box[]> {
    return this.boxesIn(0, this.video.totalBytes, upTo);
  }

  /** The boxes in another one. */
  inside(box: Box): Promise<Box[]> {
    return this.boxesIn(box.contentStart, box.end);
  }

  /** The one that a path of types leads to; undefined when there is none. */
  async find(box: Box, ...path: string[]): Promise<Box | undefined> {
    let found: Box | undefined = box;
    for (const type of path) {
      if (found === undefined) return undefined;
      found = (await this.inside(found)).find((child) => child.type === type);
    }
    return found;
  }

  /** A box's content. */
  content(box: Box, maxBytes: number): Promise<Buffer> {
    return this.bytes(box.contentStart, box.end, maxBytes);
  }

  /** A whole box, with its header. */
  whole(box: Box, maxBytes: number): Promise<Buffer> {
    return this.bytes(box.start, box.end, maxBytes);
  }

  private async bytes(start: number, end: number, maxBytes: number): Promise<Buffer> {
    if (end - start > maxBytes) throw new BrokenIndexError(`a box of ${end - start} bytes`);
    const bytes = await readInBlocks(this.video, start, end, this.signal);
    if (bytes.length !== end - start) throw new BrokenIndexError("the file ends inside a box");
    return bytes;
  }

  private async boxesIn(start: number, end: number, upTo?: string): Promise<Box[]> {
    const boxes: Box[] = [];
    let position = start;
    while (position + 8 <= end && boxes.length < maxBoxes) {
      const header = await readInBlocks(this.video, position, Math.min(position + 16, end), this.signal);
      const box = boxAt(header, position, end);
      // QuickTime ends some lists with a zero.
      if (box === undefined) break;
      boxes.push(box);
      if (box.type === upTo) break;
      position = box.end;
    }
    return boxes;
  }
}

function boxAt(header: Buffer, start: number, limit: number): Box | undefined {
  if (header.length < 8) return undefined;
  const size = header.readUInt32BE(0);
  const type = header.toString("latin1", 4, 8);
  if (size === 1) {
    if (header.length < 16) throw new BrokenIndexError(`${type} is cut off`);
    return within(
      { type, start, contentStart: start + 16, end: start + Number(header.readBigUInt64BE(8)) },
      limit,
    );
  }
  if (size === 0)
    return type === "\0\0\0\0" ? undefined : { type, start, contentStart: start + 8, end: limit };
  return within({ type, start, contentStart: start + 8, end: start + size }, limit);
}

function within(box: Box, limit: number): Box {
  if (box.end < box.contentStart || box.end > limit)
    throw new BrokenIndexError(`${box.type} ends at ${box.end}, outside of ${limit}`);
  return box;
}
