import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import type { ByteRange } from "./rangedSource";
import type { ServedBytes } from "./servedBytes";

/** A video whose bytes are made while they are read; each reading begins anew. */
export type VideoStream = () => AsyncIterable<Buffer>;

/**
 * Where ffmpeg and ffprobe read videos: an HTTP server on 127.0.0.1 with one unguessable address per video. So
 * they need no TLS, no credentials and no address but loopback, and what is read is bounded and counted here.
 *
 * ffmpeg asks for all from a position to the video's end, and hangs up when it has enough. Until then the kernel
 * takes in megabytes ahead of it. So an answer ends where what is at hand of the video ends, and ffmpeg comes again
 * (`reconnectArguments`) only when it wants more.
 */
export class LoopbackServer {
  private readonly videos = new Map<string, ServedBytes>();
  private readonly streams = new Map<string, VideoStream>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<LoopbackServer> {
    const http = createServer();
    const server = new LoopbackServer(http);
    http.on("request", (request, response) => {
      server.answer(request, response).catch(() => response.destroy());
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    return server;
  }

  /** Serves `video` at the address given to `use`, until what `use` returns is settled. */
  async serving<T>(video: ServedBytes, use: (url: string) => Promise<T>): Promise<T> {
    return this.servingIn(this.videos, video, use);
  }

  /** Serves a video that is read once, from its beginning to its end, like {@link serving}. */
  async servingStream<T>(stream: VideoStream, use: (url: string) => Promise<T>): Promise<T> {
    return this.servingIn(this.streams, stream, use);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async servingIn<V, T>(
    served: Map<string, V>,
    video: V,
    use: (url: string) => Promise<T>,
  ): Promise<T> {
    const path = `/${randomBytes(16).toString("hex")}`;
    served.set(path, video);
    try {
      return await use(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`);
    } finally {
      served.delete(path);
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? "";
    const stream = request.method === "GET" ? this.streams.get(url) : undefined;
    if (stream !== undefined) {
      response.writeHead(200, { connection: "close", "content-type": "application/octet-stream" });
      await pipeline(stream, response);
      return;
    }
    const video = this.videos.get(url);
    if (video === undefined || request.method !== "GET") {
      response.writeHead(404).end();
      return;
    }
    const range = parseRange(request.headers.range, video.totalBytes);
    if (range === undefined) {
      response.writeHead(416, { "content-range": `bytes */${video.totalBytes}` }).end();
      return;
    }
    const hangUp = new AbortController();
    response.on("close", () => {
      hangUp.abort(hungUp);
    });
    const pieces = await video.read(range, hangUp.signal);
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    response.writeHead(206, {
      connection: "close",
      "content-type": "application/octet-stream",
      "content-length": length,
      "content-range": `bytes ${range.start}-${range.start + length - 1}/${video.totalBytes}`,
    });
    // With the headers, in one call of the system's.
    response.cork();
    for (const piece of pieces) response.write(piece);
    response.end();
    response.uncork();
  }
}

/** Made once: an error's stack costs more than all else about a short answer. */
const hungUp = new Error("ffmpeg has hung up");

/** A Range header of one range (RFC 9110, section 14.1.2); undefined when it can not be satisfied, or there is none. */
export function parseRange(header = "", totalBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header);
  const [first = "", last = ""] = match?.slice(1) ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, totalBytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? totalBytes : Math.min(Number(last) + 1, totalBytes);
  return start < end ? { start, end } : undefined;
}
