import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readServed } from "./reasons/readServed";

/**
 * How tracks of sound and subtitles name their codec: MP4's sample entries (https://mp4ra.org/registered-types), of which
 * `mp4a` has another name in its `esds`, and Matroska's element CodecID (RFC 9559, section 5.1.4.1.21).
 */
const codecNames =
  /mp4[as](?:.{0,100}?esds)?|ac-[34]|ec-3|Opus|fLaC|alac|sa(?:mr|wb)|dts[-+cehlxy]|mlpa|sowt|twos|tx3g|c[67]08|\x86[\x80-\xff][AS]_/gs;
const longestName = 108;

/**
 * Serves the file at `url` to `use` at another address of this machine, with those names made unknown, so that nothing
 * opens the decoders of sound and subtitles: ffprobe gives up a file when one of them does not open.
 */
export async function withoutSound<T>(
  url: string,
  use: (url: string) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const path = `/${randomBytes(16).toString("hex")}`;
  const server = createServer((request, response) => {
    if (request.url !== path) response.writeHead(404).end();
    else answer(url, request, response, signal).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function answer(
  url: string,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const [, first = "0", last = ""] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const answered = await fetch(url, { headers: { range: `bytes=${first}-${last}` }, signal });
  // A name may begin before what is asked for; only its last byte is changed.
  const before = Math.min(Number(first), longestName);
  const lead = await readServed(url, Number(first) - before, before, signal);
  const bytes = Buffer.concat([lead.bytes, Buffer.from(await answered.arrayBuffer())]);
  for (const name of bytes.toString("latin1").matchAll(codecNames))
    bytes[name.index + name[0].length - 1] = 0x3f;
  const wanted = bytes.subarray(lead.bytes.length);
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answered.headers.get("content-range") ?? "");
  response.writeHead(answered.status, {
    connection: "close",
    "content-length": wanted.length,
    ...(range === null ? {} : { "content-range": `bytes ${first}-${range[2]}/${range[3]}` }),
  });
  response.end(wanted);
}
