import type { CachedVideo } from "../source/cachedVideo";

/** Reads an index, which ffprobe has mostly read before, through what is kept of the video; less only at its end. */
export async function readInBlocks(
  video: CachedVideo,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let position = start;
  while (position < end) {
    const read = await video.read({ start: position, end }, signal);
    const length = read.reduce((sum, piece) => sum + piece.length, 0);
    if (length === 0) break;
    pieces.push(...read);
    position += length;
  }
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
}
