import type { CachedVideo } from "../../source/cachedVideo";
import { maxKeyframeBytes } from "../keyframes";
import type { Element } from "./ebml";
import { elementAt, elementsIn, maxElementHeaderBytes, unsigned } from "./ebml";
import { ids } from "./ids";

/** Read at once of a cluster: most of a small keyframe, little of a large one. */
const pieceBytes = 32 * 1024;

/** So often the search for a keyframe in a cluster reads on. */
const maxPieces = 8;

/** A keyframe that Cues tell of. */
export interface Cue {
  /** When it is shown, in the segment's own units. */
  readonly ticks: number;
  /** Of its cluster, in the file. */
  readonly position: number;
  /** Where its block begins in the content of its cluster. */
  readonly relativePosition: number | undefined;
}

/** A keyframe as Matroska keeps it. */
export interface KeyBlock {
  /** The SimpleBlock or BlockGroup, in which it is shown at its cluster's time. */
  readonly atClustersTime: Buffer;
  /** The part of it that is the frame. */
  readonly frame: Buffer;
}

/** Reads the keyframe that a cue tells of; undefined when it is not there. */
export async function readBlock(
  video: CachedVideo,
  { position, ticks, relativePosition }: Cue,
  trackNumber: number,
  signal: AbortSignal,
): Promise<KeyBlock | undefined> {
  const piece = new Piece(video, signal);
  const cluster = await piece.elementAt(position);
  if (cluster?.id !== ids.Cluster) return undefined;
  let clusterTicks: number | undefined;
  let next = cluster.contentStart;
  while (next < cluster.end) {
    const child: Element | undefined = await piece.elementAt(next);
    if (child === undefined || child.end - child.start > maxKeyframeBytes) return undefined;
    if (child.id === ids.Cluster) return undefined;
    next = child.end;
    if (child.id === ids.Timestamp) {
      clusterTicks = unsigned(await piece.bytes(child.contentStart, child.end));
      if (relativePosition !== undefined) next = Math.max(next, cluster.contentStart + relativePosition);
    }
    if (child.id !== ids.SimpleBlock && child.id !== ids.BlockGroup) continue;
    if (!(await piece.isOfTrack(child, trackNumber))) continue;
    const bytes = await piece.bytes(child.start, child.end);
    const block = keyBlock(bytes, trackNumber, ticks - (clusterTicks ?? 0));
    if (block !== undefined) return block;
  }
  return undefined;
}

/** Undefined when a SimpleBlock or BlockGroup holds no keyframe of the track that is shown so much after its cluster. */
function keyBlock(bytes: Buffer, trackNumber: number, relativeTicks: number): KeyBlock | undefined {
  const outer = elementAt(bytes, 0);
  if (outer === undefined || outer.end > bytes.length) return undefined;
  let block: Element | undefined = outer;
  let isKey: boolean | undefined;
  if (outer.id === ids.BlockGroup) {
    block = undefined;
    isKey = true;
    for (const child of elementsIn(bytes.subarray(outer.contentStart))) {
      if (child.id === ids.ReferenceBlock) isKey = false;
      if (child.id === ids.Block) block ??= movedBy(child, outer.contentStart);
    }
  }
  if (block === undefined) return undefined;
  const { number, length } = trackNumberAt(bytes.subarray(block.contentStart));
  const timeAt = block.contentStart + length;
  if (number !== trackNumber || timeAt + 3 > block.end) return undefined;
  const flags = bytes[timeAt + 2] ?? 0;
  isKey ??= (flags & 0x80) !== 0;
  const isLaced = (flags & 0x06) !== 0;
  if (!isKey || isLaced || bytes.readInt16BE(timeAt) !== relativeTicks) return undefined;
  const atClustersTime = Buffer.from(bytes);
  atClustersTime.writeInt16BE(0, timeAt);
  return { atClustersTime, frame: atClustersTime.subarray(timeAt + 3, block.end) };
}

function movedBy({ id, start, contentStart, end }: Element, bytes: number): Element {
  return { id, start: start + bytes, contentStart: contentStart + bytes, end: end + bytes };
}

/** RFC 9559, 10.1: a block begins with its track's number, written like an element's size. */
function trackNumberAt(bytes: Buffer): { number: number; length: number } {
  const length = Math.clz32(bytes[0] ?? 0) - 23;
  if (length > 4 || bytes.length < length) return { number: -1, length };
  return { number: bytes.readUIntBE(0, length) & (2 ** (7 * length) - 1), length };
}

/** A part of the video, read anew where what is wanted is not in it. */
class Piece {
  private start = 0;
  private content: Buffer = Buffer.alloc(0);
  private readings = 0;

  constructor(
    private readonly video: CachedVideo,
    private readonly signal: AbortSignal,
  ) {}

  async elementAt(position: number): Promise<Element | undefined> {
    return elementAt(await this.bytes(position, position + maxElementHeaderBytes, pieceBytes), position);
  }

  /** Whether a block is of a track; of a group of them, which has its block first, only that it may be. */
  async isOfTrack({ id, contentStart }: Element, trackNumber: number): Promise<boolean> {
    if (id === ids.BlockGroup) return true;
    const { number } = trackNumberAt(await this.bytes(contentStart, contentStart + 8));
    return number === trackNumber;
  }

  /** Where they are not at hand, at least `least` of what follows is read. */
  async bytes(start: number, end: number, least = 0): Promise<Buffer> {
    const contentEnd = this.start + this.content.length;
    if (start < this.start || end > contentEnd) {
      if (this.readings++ === maxPieces) return Buffer.alloc(0);
      const isFollowing = start >= this.start && start < contentEnd;
      const known = isFollowing ? this.content.subarray(start - this.start) : Buffer.alloc(0);
      const from = start + known.length;
      const rest = await this.video.readWhole(
        { start: from, end: Math.min(this.video.totalBytes, Math.max(end, from + least)) },
        this.signal,
      );
      this.content = Buffer.concat([known, rest]);
      this.start = start;
    }
    return this.content.subarray(start - this.start, end - this.start);
  }
}
