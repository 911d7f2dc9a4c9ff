import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:http";
import { buffer } from "node:stream/consumers";
import { CachedVideo } from "../../../worker/source/cachedVideo";
import { UnusableVideoError } from "../../../worker/errors";
import { LoopbackServer, parseRange } from "../../../worker/source/loopbackServer";
import type { ByteRange, RangedSource } from "../../../worker/source/rangedSource";
import { memorySource } from "../../../testkit/frameOf";

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
  for (let start = range.start; start < range.end;) {
    const more = await video.read({ start, end: range.end }, never);
    assert.notEqual(more.length, 0);
    pieces.push(...more);
    for (const piece of more) start += piece.length;
  }
  return Buffer.concat(pieces);
}

const kibibytes = ({ start, end }: ByteRange) => (end - start) / kibibyte;

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
    for (const start of [2000 * kibibyte, 5, 1000 * kibibyte, 5]) {
      await readAll(video, { start, end: content.length - 5 });
    }
    assert.equal(video.bytesRead, content.length);
    assert.equal(video.requests, ranges.length);
  });

  it("asks for as much as was read on without a seek, up to 256 KiB", async () => {
    const { source, ranges } = watched();
    const video = await CachedVideo.open(source, never);
    await readAll(video, { start: 0, end: 1280 * kibibyte });
    assert.deepEqual(ranges.map(kibibytes), [128, 192, 256, 256, 256, 192]);
    await readAll(video, { start: 2000 * kibibyte, end: 2800 * kibibyte });
    assert.deepEqual(ranges.slice(6).map(kibibytes), [64, 128, 256, 256, 128]);
  });

  it("asks for what is expected in pieces of up to a mebibyte", async () => {
    const { source, ranges } = watched();
    const video = await CachedVideo.open(source, never);
    video.expect({ start: 1024 * kibibyte, end: 2900 * kibibyte });
    await readAll(video, { start: 1024 * kibibyte, end: 2900 * kibibyte });
    // The last one to the end of the block in which the range ends.
    assert.deepEqual(ranges.slice(1).map(kibibytes), [512, 1024, 384]);
  });

  it("asks for nothing after the frames wanted while frames are decoded, and for little then", async () => {
    const { source, ranges } = watched();
    const video = await CachedVideo.open(source, never);
    video.expectFrames({ start: 512 * kibibyte, end: 1024 * kibibyte });
    await readAll(video, { start: 512 * kibibyte, end: 1024 * kibibyte });
    const asked = ranges.length;
    const hangUp = new AbortController();
    const inAdvance = video.read({ start: 1024 * kibibyte, end: content.length }, hangUp.signal);
    hangUp.abort();
    await assert.rejects(inAdvance);
    assert.equal(ranges.length, asked);
    // ffmpeg stands still, and so it does want it.
    await video.read({ start: 1024 * kibibyte, end: content.length }, never);
    video.decoded(1);
    await video.read({ start: 1088 * kibibyte, end: content.length }, never);
    assert.deepEqual(ranges.slice(asked).map(kibibytes), [64, 64]);
    video.throwIfFaulty();
  });

  it("asks once for what two readers want at the same time", async () => {
    const { source, ranges } = watched();
    const video = await CachedVideo.open(source, never);
    const hangUp = new AbortController();
    const range = { start: 1024 * kibibyte, end: 1088 * kibibyte };
    const [first, second] = [video.read(range, hangUp.signal), video.read(range, never)];
    await Promise.all([first, second]);
    assert.equal(ranges.length, 2);
  });

  it("asks for nothing while what it has will do", async () => {
    const video = await CachedVideo.open(watched().source, never);
    const pieces = await video.read({ start: 100, end: content.length }, never);
    assert.ok(Buffer.concat(pieces).equals(content.subarray(100, 128 * kibibyte)));
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

  it("tries an answer again that is too short", async () => {
    const inner = memorySource(content);
    let short = 2;
    const source: RangedSource = {
      read: async (range, eTag, signal) => {
        const answer = await inner.read(range, eTag, signal);
        return range.start > 0 && short-- > 0 ? { ...answer, bytes: answer.bytes.subarray(1) } : answer;
      },
    };
    const video = await CachedVideo.open(source, never);
    assert.ok((await readAll(video, { start: 0, end: content.length })).equals(content));
  });

  it("gives up when every answer breaks", async () => {
    const reset = Object.assign(new Error("terminated"), { cause: { code: "UND_ERR_SOCKET" } });
    const { source, ranges } = watched(({ start }) => (start > 0 ? reset : undefined));
    const video = await CachedVideo.open(source, never);
    const read = () => video.read({ start: 500 * kibibyte, end: content.length }, never);
    await assert.rejects(read, reset);
    assert.equal(ranges.length, 1 + 3);
    await assert.rejects(read, reset);
    assert.equal(ranges.length, 1 + 3);
  });

  it("takes a reader that hangs up for no fault", async () => {
    const hangUp = new AbortController();
    const { source } = watched(({ start }) => {
      if (start === 0) return undefined;
      hangUp.abort();
      return new Error("aborted");
    });
    const video = await CachedVideo.open(source, never);
    await assert.rejects(video.read({ start: 500 * kibibyte, end: content.length }, hangUp.signal));
    video.throwIfFaulty();
  });

  it("keeps the source's fault, which ffmpeg would take for the end of the video", async () => {
    const { source } = watched(({ start }) =>
      start > 0 ? new UnusableVideoError("the video is gone: deleted") : undefined,
    );
    const video = await CachedVideo.open(source, never);
    await assert.rejects(readAll(video, { start: 0, end: content.length }));
    assert.throws(() => {
      video.throwIfFaulty();
    }, UnusableVideoError);
  });
});

describe("worker: reading a video ahead of ffmpeg", () => {
  const megabytes = Buffer.alloc(20_000 * kibibyte, 7);

  /** A source whose answers after the first are given by the test, one after the other. */
  function held() {
    const inner = memorySource(megabytes);
    const asked: { range: ByteRange; signal: AbortSignal; answer: (error?: Error) => void }[] = [];
    const source: RangedSource = {
      read: async (range, eTag, signal) => {
        if (range.start === 0) return inner.read(range, eTag, signal);
        await new Promise<void>((resolve, reject) => {
          const answer = (error?: Error) => {
            if (error === undefined) resolve();
            else reject(error);
          };
          asked.push({ range, signal, answer });
        });
        return inner.read(range, eTag, signal);
      },
    };
    return { asked, source };
  }

  /** A video of which ffmpeg has read a GOP's beginning at 1 MiB, and decoded a tenth of the way to its frame. */
  async function inTheMiddle() {
    const { asked, source } = held();
    const video = await CachedVideo.open(source, never);
    const readFrom = async (start: number) => {
      const pieces = video.read({ start: start * kibibyte, end: megabytes.length }, never);
      asked.at(-1)?.answer();
      return start + pieceKibibytes(await pieces);
    };
    let at = await readFrom(1024);
    video.decoded(0);
    at = await readFrom(at);
    at = await readFrom(at);
    video.decoded(0.1);
    return { video, asked, readFrom, at };
  }
  const pieceKibibytes = (pieces: Buffer[]) =>
    pieces.reduce((sum, piece) => sum + piece.length, 0) / kibibyte;

  it("has what ffmpeg will want next under way while it decodes", async () => {
    const { asked, readFrom, at } = await inTheMiddle();
    assert.deepEqual(
      asked.map(({ range }) => kibibytes(range)),
      [64, 128, 256],
    );
    const next = await readFrom(at);
    assert.deepEqual(
      asked.slice(3).map(({ range }) => kibibytes(range)),
      [256, 192],
    );
    assert.equal(asked[4]?.range.start, next * kibibyte);
    // The request under way is waited for, and no other one made; the one after it then is under way.
    assert.equal((await readFrom(next)) - next, 192);
    assert.equal(asked.length, 6);
  });

  it("asks for no more than the rest of the way will take, and for nothing ahead of its end", async () => {
    const { video, asked, readFrom, at } = await inTheMiddle();
    const next = await readFrom(at);
    // From 1024 KiB on, where the first frame was known, to here: nine tenths of the way.
    video.decoded(0.9);
    assert.equal((await readFrom(next)) - next, 192);
    assert.equal(asked.length, 5);
    video.decoded(1);
    assert.equal((await readFrom(next + 192)) - next, 192 + 128);
    assert.equal(asked.length, 6);
  });

  it("guesses nothing after a seek, until ffmpeg has come on from there", async () => {
    const { asked, readFrom } = await inTheMiddle();
    await readFrom(10_240);
    assert.equal(asked.length, 4);
    assert.equal(kibibytes(asked[3]?.range ?? { start: 0, end: 0 }), 64);
  });

  it("takes a fault of what nobody came to want for none", async () => {
    const { video, asked, readFrom, at } = await inTheMiddle();
    await readFrom(at);
    asked.at(-1)?.answer(new Error("S3 is down"));
    await readFrom(1024);
    video.throwIfFaulty();
  });

  it("tells a fault of what ffmpeg came to want", async () => {
    const { video, asked, readFrom, at } = await inTheMiddle();
    const next = await readFrom(at);
    const wanted = video.read({ start: next * kibibyte, end: megabytes.length }, never);
    asked.at(-1)?.answer(new Error("S3 is down"));
    await assert.rejects(wanted, /S3 is down/);
    assert.throws(() => {
      video.throwIfFaulty();
    }, /S3 is down/);
  });

  it("ends the request under way when the frame is taken", async () => {
    const { video, asked, readFrom, at } = await inTheMiddle();
    await readFrom(at);
    video.close();
    assert.deepEqual(
      asked.map(({ signal }) => signal.aborted),
      [false, false, false, false, true],
    );
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

  it("answers a range as far as it is at hand, and then closes the connection", async () => {
    await server.serving(await CachedVideo.open(watched().source, never), async (url) => {
      const part = await ask(url, "GET", "bytes=100000-100009");
      assert.deepEqual(
        [part.status, part.headers["content-range"], part.headers["content-length"]],
        [206, `bytes 100000-100009/${content.length}`, "10"],
      );
      assert.ok(part.body.equals(content.subarray(100000, 100010)));
      const first = await ask(url, "GET", "bytes=5-");
      assert.equal(first.headers["content-range"], `bytes 5-${128 * kibibyte - 1}/${content.length}`);
      assert.equal(first.headers.connection, "close");
      const next = await ask(url, "GET", `bytes=${128 * kibibyte}-`);
      assert.ok(next.body.equals(content.subarray(128 * kibibyte, 320 * kibibyte)));
    });
  });

  it("answers nothing but GET of a range that there is", async () => {
    await server.serving(await CachedVideo.open(watched().source, never), async (url) => {
      assert.equal((await ask(url, "GET", `bytes=${content.length}-`)).status, 416);
      assert.equal((await ask(url, "GET")).status, 416);
      assert.equal((await ask(url, "HEAD", "bytes=0-")).status, 404);
    });
  });

  it("knows no other path, and none when the job is done", async () => {
    const url = await server.serving(await CachedVideo.open(watched().source, never), async (url) => {
      assert.equal((await ask(new URL("/", url).href, "GET", "bytes=0-")).status, 404);
      return url;
    });
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}$/);
    assert.equal((await ask(url, "GET", "bytes=0-")).status, 404);
  });

  it("breaks the connection off when the source fails, so that no client takes what came for all", async () => {
    const { source } = watched(({ start }) => (start > 0 ? new Error("S3 is down") : undefined));
    await server.serving(await CachedVideo.open(source, never), async (url) => {
      await assert.rejects(ask(url, "GET", "bytes=1000000-"));
    });
  });

  it("reads a Range header", () => {
    assert.equal(parseRange(undefined, 100), undefined);
    assert.deepEqual(parseRange("bytes=0-0", 100), { start: 0, end: 1 });
    assert.deepEqual(parseRange("bytes=10-", 100), { start: 10, end: 100 });
    assert.deepEqual(parseRange("bytes=-10", 100), { start: 90, end: 100 });
    assert.deepEqual(parseRange("bytes=90-1000", 100), { start: 90, end: 100 });
    for (const wrong of ["bytes=100-", "bytes=5-4", "bytes=-", "bytes=0-1,5-6", "lines=0-1"]) {
      assert.equal(parseRange(wrong, 100), undefined, wrong);
    }
  });
});
