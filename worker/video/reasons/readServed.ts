/** Bytes of a file, and how long all of it is. */
export interface ServedPiece {
  readonly bytes: Buffer;
  readonly totalBytes: number;
}

/** Up to `length` bytes of the file at `url` from `start` on, from the worker's own server, which has them at hand. */
export async function readServed(
  url: string,
  start: number,
  length: number,
  signal: AbortSignal,
): Promise<ServedPiece> {
  const pieces: Buffer[] = [];
  let totalBytes = Infinity;
  for (let position = start; position < Math.min(start + length, totalBytes);) {
    const headers = { range: `bytes=${position}-${start + length - 1}` };
    const answer = await fetch(url, { headers, signal });
    const piece = Buffer.from(await answer.arrayBuffer());
    if (answer.status !== 206 || piece.length === 0) break;
    totalBytes = Number(/\/(\d+)$/.exec(answer.headers.get("content-range") ?? "")?.[1]);
    pieces.push(piece);
    position += piece.length;
  }
  return { bytes: Buffer.concat(pieces), totalBytes };
}
