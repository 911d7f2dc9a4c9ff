import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:http";
import { buffer } from "node:stream/consumers";
import { CachedVideo } from "../../ffmpeg-image/src/cachedVideo";
import { UnusableVideoError } from "../../ffmpeg-image/src/errors";
import { LoopbackServer, parseRange } from "../../ffmpeg-image/src/loopbackServer";
import type { ByteRange, RangedSource } from "../../ffmpeg-image/src/rangedSource";
import { memorySource } from "./workshop";

const kibibyte = 1024;
const content = Buffer.from(
  Uint8Array.from({ length: 3000 * kibibyte + 7 }, (_, i) => (i * 31 + (i >> 8)) & 0xff),
);
const never = new AbortController().signal;

/** A source that notes what it is asked for, and may fail. */
function watched(fail: (range: ByteRange) => Error | undefined = () => undefined) {
  const ranges: ByteRange[] = [];
  const inner = memorySource(content);
  const source: RangedSource = {
    read: (range, eTag, signal) => {
      ranges.push(range);
      const error = fail(range);
      return error === undefined ? inner.read(range, eTag, signal) : Promise.reject(error);
    },
  };
  return { ranges, source };
}

async function readAll(video: CachedVideo, range: ByteRange): Promise<Buffer> {
  const pieces = [];
  for await (const piece of video.read(range, never)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe("worker: reading a video", () => {
  it("gives exactly the bytes of any range", async () => {
    const video = await CachedVideo.open(watched().source, never);
    assert.equal(video.totalBytes, content.length);
    for (const [start, end] of [
      [0, 1],
      [256 * kibibyte - 1, 256 * kibibyte + 1],
      [1000, 2000 * kibibyte + 5],
      [2900 * kibibyte, content.length],
      [0, content.length],
    ] as const) {
      assert.ok(
        (await readAll(video, { start, end })).equals(content.subarray(start, end)),
        `${start}-${end}`,
      );
    }
  });

  it("asks for no byte twice", async () => {
    const { source, ranges } = watched();
    const video = await CachedVideo.open(source, never);
    for (let i = 0; i < 3; i++) await readAll(video, { start: 5, end: content.length - 5 });
    assert.equal(video.bytesRead, content.length);
    assert.equal(video.requests, ranges.length);
  });

  it("asks for more at once while it is read on, up to 1 MiB", async () => {
    const { source, ranges } = watched();
    await readAll(await CachedVideo.open(source, never), { start: 0, end: content.length });
    assert.deepEqual(
      ranges.map(({ start, end }) => (end - start) / kibibyte).slice(0, 4),
      [256, 256, 512, 1024],
    );
  });

  it("asks for nothing that is not taken", async () => {
    const { source } = watched();
    const video = await CachedVideo.open(source, never);
    for await (const piece of video.read({ start: 0, end: content.length }, never)) {
      assert.equal(piece.length, 256 * kibibyte);
      break;
    }
    assert.equal(video.requests, 1);
  });

  it("tries a broken connection again", async () => {
    let failures = 2;
    const { source } = watched(({ start }) => {
      return start > 0 && failures-- > 0
        ? Object.assign(new Error("reset"), { code: "ECONNRESET" })
        : undefined;
    });
    const video = await CachedVideo.open(source, never);
    assert.ok((await readAll(video, { start: 0, end: content.length })).equals(content));
    video.throwIfFaulty();
  });

  it("keeps the source's fault, which ffmpeg would take for the end of the video", async () => {
    const { source } = watched(({ start }) =>
      start > 0 ? new UnusableVideoError("the video is gone") : undefined,
    );
    const video = await CachedVideo.open(source, never);
    await assert.rejects(readAll(video, { start: 0, end: content.length }));
    assert.throws(() => {
      video.throwIfFaulty();
    }, UnusableVideoError);
  });
});

describe("worker: the loopback server", () => {
  let server: LoopbackServer;
  before(async () => {
    server = await LoopbackServer.start();
  });
  after(() => {
    server.stop();
  });

  async function ask(url: string, method: string, range?: string) {
    const asked = request(url, { method, ...(range !== undefined && { headers: { range } }) }).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
  }

  it("answers HEAD, and GET with and without a range", async () => {
    await server.serving(await CachedVideo.open(watched().source, never), async (url) => {
      const head = await ask(url, "HEAD");
      assert.deepEqual(
        [head.status, head.headers["content-length"], head.body.length],
        [200, String(content.length), 0],
      );
      assert.ok((await ask(url, "GET")).body.equals(content));
      const part = await ask(url, "GET", "bytes=300000-300009");
      assert.deepEqual(
        [part.status, part.headers["content-range"]],
        [206, `bytes 300000-300009/${content.length}`],
      );
      assert.ok(part.body.equals(content.subarray(300000, 300010)));
      assert.ok((await ask(url, "GET", "bytes=3000000-")).body.equals(content.subarray(3000000)));
      assert.equal((await ask(url, "GET", `bytes=${content.length}-`)).status, 416);
      assert.equal((await ask(url, "PUT")).status, 404);
    });
  });

  it("knows no other path, and none when the job is done", async () => {
    const url = await server.serving(await CachedVideo.open(watched().source, never), async (url) => {
      assert.equal((await ask(new URL("/", url).href, "GET")).status, 404);
      return url;
    });
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}$/);
    assert.equal((await ask(url, "GET")).status, 404);
  });

  it("breaks the connection off when the source fails, so that no client takes what came for all", async () => {
    const { source } = watched(({ start }) => (start > 0 ? new Error("S3 is down") : undefined));
    await server.serving(await CachedVideo.open(source, never), async (url) => {
      await assert.rejects(ask(url, "GET"));
    });
  });

  it("reads a Range header", () => {
    assert.deepEqual(parseRange(undefined, 100), { start: 0, end: 100 });
    assert.deepEqual(parseRange("bytes=0-0", 100), { start: 0, end: 1 });
    assert.deepEqual(parseRange("bytes=10-", 100), { start: 10, end: 100 });
    assert.deepEqual(parseRange("bytes=-10", 100), { start: 90, end: 100 });
    assert.deepEqual(parseRange("bytes=90-1000", 100), { start: 90, end: 100 });
    for (const wrong of ["bytes=100-", "bytes=5-4", "bytes=-", "bytes=0-1,5-6", "lines=0-1"]) {
      assert.equal(parseRange(wrong, 100), undefined, wrong);
    }
  });
});
