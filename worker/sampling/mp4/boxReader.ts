import type { CachedVideo } from "../../source/cachedVideo";
import type { Box } from "../../mp4/boxes";
import { maxHeaderBytes, readBox } from "../../mp4/boxes";
import { BrokenIndexError } from "../brokenIndex";
import { readInBlocks } from "../readInBlocks";

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
      const headerEnd = Math.min(position + maxHeaderBytes, end);
      const header = await readInBlocks(this.video, position, headerEnd, this.signal);
      // QuickTime ends some lists with a zero.
      if (header.length < 8 || header.readBigUInt64BE(0) === 0n) break;
      const box = readBox(header, position, end);
      if (box === undefined || box.end > end)
        throw new BrokenIndexError(`the box at ${position} does not end before ${end}`);
      boxes.push(box);
      if (box.type === upTo) break;
      position = box.end;
    }
    return boxes;
  }
}
