import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import path from "node:path";
import { finished, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import type { S3Request } from "./request";
import { S3Error } from "./s3Error";

interface Digest {
  update(data: Buffer): unknown;
  digest(encoding: "base64"): string;
}

/** By their headers, the checksums that are verified; S3's others (CRC32C, CRC64NVME, …) are taken on trust. */
const digests: Record<string, () => Digest> = {
  "content-md5": () => createHash("md5"),
  "x-amz-checksum-crc32": crc32Digest,
  "x-amz-checksum-sha1": () => createHash("sha1"),
  "x-amz-checksum-sha256": () => createHash("sha256"),
};

function crc32Digest(): Digest {
  const value = Buffer.alloc(4);
  return {
    update: (data) => value.writeUInt32BE(crc32(data, value.readUInt32BE())),
    digest: (encoding) => value.toString(encoding),
  };
}

/**
 * The content that a request brings, without the chunks that the SDK sends a stream in. Throws at its end when it is
 * not as long as was said, or when a checksum that came with it (before it in a header, or behind it) is another.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export async function* contentOf({ req, headers }: S3Request): AsyncGenerator<Buffer> {
  const isChunked = headers["x-amz-content-sha256"]?.startsWith("STREAMING-") ?? false;
  const expectedBytes = Number(headers[isChunked ? "x-amz-decoded-content-length" : "content-length"]);
  if (Number.isNaN(expectedBytes)) throw new S3Error("MissingContentLength");
  const given = Object.entries(digests)
    .filter(([name]) => name in headers || headers["x-amz-trailer"]?.includes(name))
    .map(([name, make]) => ({ name, digest: make() }));
  let sizeBytes = 0;
  // What is wrong with a body must still be told, so the connection stays.
  const body = req.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer, undefined>;
  for await (const chunk of isChunked ? decodeChunks(body, headers) : body) {
    sizeBytes += chunk.length;
    for (const { digest } of given) digest.update(chunk);
    yield chunk;
  }
  if (sizeBytes !== expectedBytes) throw new S3Error("IncompleteBody");
  if (given.some(({ name, digest }) => digest.digest("base64") !== headers[name]))
    throw new S3Error("BadDigest");
}

/**
 * Takes the content out of `aws-chunked`, signed or not, and adds the checksum that comes behind it to the headers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
async function* decodeChunks(
  body: AsyncIterator<Buffer, undefined>,
  headers: S3Request["headers"],
): AsyncGenerator<Buffer> {
  let unread: Buffer = Buffer.alloc(0);
  const readMore = async () => {
    const next = await body.next();
    if (next.done) throw new S3Error("IncompleteBody");
    unread = unread.length > 0 ? Buffer.concat([unread, next.value]) : next.value;
  };
  const readLine = async () => {
    while (!unread.includes("\r\n")) await readMore();
    const end = unread.indexOf("\r\n");
    const line = unread.toString("latin1", 0, end);
    unread = unread.subarray(end + 2);
    return line;
  };
  for (;;) {
    let missingBytes = parseInt(await readLine(), 16);
    if (Number.isNaN(missingBytes)) throw new S3Error("IncompleteBody");
    if (missingBytes === 0) break;
    while (missingBytes > 0) {
      if (unread.length === 0) await readMore();
      const content = unread.subarray(0, missingBytes);
      unread = unread.subarray(content.length);
      missingBytes -= content.length;
      yield content;
    }
    await readLine();
  }
  for (let line = await readLine(); line !== ""; line = await readLine()) {
    const [name = "", value = ""] = line.split(":");
    if (name.startsWith("x-amz-checksum-")) headers[name] = value.trim();
  }
}

/** Bytes in a file of their own, which never change. */
export interface StoredContent {
  readonly file: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly md5: string;
}

/** Writes content to a new file of the directory, whatever its size; leaves nothing behind when it breaks off. */
export async function storeContent(
  content: AsyncIterable<Buffer>,
  directory: string,
): Promise<StoredContent> {
  const file = path.join(directory, randomUUID());
  const hash = createHash("md5");
  let sizeBytes = 0;
  const measured = async function* () {
    for await (const chunk of content) {
      sizeBytes += chunk.length;
      hash.update(chunk);
      yield chunk;
    }
  };
  try {
    await pipeline(measured, createWriteStream("", { fd: openSync(file, "wx") }));
  } catch (error) {
    discardContent({ file });
    throw error;
  }
  return { file, sizeBytes, md5: hash.digest("hex") };
}

/** Opens stored content at once, so that it can be read to its end even when it is discarded meanwhile. */
export function readContent(
  { file, sizeBytes }: Pick<StoredContent, "file" | "sizeBytes">,
  { firstByte = 0, lastByte = sizeBytes - 1 } = {},
): Readable {
  const fd = openSync(file, "r");
  return createReadStream("", { fd, start: firstByte, end: Math.max(firstByte, lastByte) });
}

/** Closes the stream when the answer is over, whether it was sent or not. */
export function closeWith(res: ServerResponse, stream: Readable): Readable {
  finished(res, () => stream.destroy());
  return stream;
}

export function discardContent({ file }: Pick<StoredContent, "file">): void {
  rm(file, { force: true }).catch(() => undefined);
}
