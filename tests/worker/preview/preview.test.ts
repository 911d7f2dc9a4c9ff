import assert from "node:assert/strict";
import { memorySource } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";
import { Allowance } from "../../../worker/child/allowance";
import { VideoGoneError } from "../../../worker/errors";
import { gatherPictures } from "../../../worker/preview/gatherPictures";
import { makePreview } from "../../../worker/preview/makePreview";
import { FakePrograms } from "../programs";
import { never, numberIn, withVideo } from "../sampling/sampledVideo";
import { ffmpeg, numberedVideo } from "../videos";
import { packetsOf } from "./packets";
import type { ParsedWebP } from "./animation";
import { parseWebP, picturesOf } from "./animation";
import { kindIt } from "../manyKinds";

const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-bf", "2"];
const size = { width: 200, height: 112 };
const usual = { seconds: 4, widthPixels: 320 };

interface Previewed extends ParsedWebP {
  readonly content: Buffer;
  /** What the pictures of a numbered video show, tenth of a second by tenth. */
  readonly numbers: readonly number[];
  /** For the preview alone. */
  readonly bytesRead: number;
}

async function previewOf(content: Buffer, settings = usual): Promise<Previewed> {
  return withVideo(content, async ({ tools, file }) => {
    const before = file.video.bytesRead;
    const [preview, ...others] = await makePreview(tools, file, settings, never);
    assert.ok(preview !== undefined && others.length === 0);
    const { content: made, ...told } = preview;
    const parsed = parseWebP(made);
    const { width, height } = parsed;
    assert.deepEqual(told, {
      name: "preview.webp",
      kind: "preview",
      contentType: "image/webp",
      width,
      height,
    });
    const numbers = (await picturesOf(parsed)).map((picture) => numberIn({ ...picture, timeSeconds: 0 }));
    return { ...parsed, content: made, numbers, bytesRead: file.video.bytesRead - before };
  });
}

/** The frames of a video of 25 frames a second that it shows at every tenth of one, from a frame on. */
const shownFrom = (first: number, count = 10) =>
  Array.from({ length: count }, (_, i) => first + Math.floor(i * 2.5));

describe("worker: previews", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
    await numberedVideo(folder.file("long.mp4"), { frames: 1000, ...size, encode: x264 });
    const noise = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=20,noise=alls=60:allf=t"];
    await ffmpeg([...noise, ...x264, "-g", "100", "-qp", "20", folder.file("noise.mp4")]);
  });
  after(() => folder.remove());

  it("show a second of four places of a long video, each from a keyframe on, again and again", async () => {
    const preview = await previewOf(await folder.read("long.mp4"));
    assert.deepEqual(
      preview.numbers,
      [150, 350, 600, 850].flatMap((first) => shownFrom(first)),
    );
    assert.deepEqual(new Set(preview.frames.map(({ durationMs }) => durationMs)), new Set([100]));
    assert.deepEqual([preview.width, preview.height, preview.loops], [size.width, size.height, 0]);
  });

  it("show all of a video that is no longer than they, once", async () => {
    await numberedVideo(folder.file("short.mp4"), { frames: 50, ...size, encode: x264 });
    assert.deepEqual((await previewOf(await folder.read("short.mp4"))).numbers, shownFrom(0, 20));
  });

  it("are a plain picture of a video of one frame", async () => {
    await numberedVideo(folder.file("one.mp4"), { frames: 1, ...size, encode: x264 });
    const { isAnimated, numbers } = await previewOf(await folder.read("one.mp4"));
    assert.deepEqual({ isAnimated, numbers }, { isAnimated: false, numbers: [0] });
  });

  it("play as fast as the video, whatever its frame rate", async () => {
    await numberedVideo(folder.file("slow.mp4"), { frames: 15, rate: 5, ...size, encode: x264 });
    const { numbers } = await previewOf(await folder.read("slow.mp4"));
    assert.deepEqual(
      numbers,
      Array.from({ length: 30 }, (_, i) => Math.floor(i / 2)),
    );
    const uneven = ["-vf", "select=lt(n\\,10)+gt(n\\,39)", "-fps_mode", "passthrough", ...x264];
    await ffmpeg(["-i", folder.file("short.mp4"), ...uneven, folder.file("uneven.mp4")]);
    const shown = (await previewOf(await folder.read("uneven.mp4"))).numbers;
    assert.deepEqual(
      shown,
      shownFrom(0, 20).map((number) => (number < 40 ? Math.min(9, number) : number)),
    );
  });

  it("have at most as many pixels on the longer side as asked for", async () => {
    await numberedVideo(folder.file("portrait.mp4"), { frames: 20, width: 120, height: 200, encode: x264 });
    const { width, height } = await previewOf(await folder.read("portrait.mp4"), {
      seconds: 1,
      widthPixels: 100,
    });
    assert.deepEqual([width, height], [60, 100]);
  });

  kindIt(
    "have at most 300 KB, of noise too, for which they get smaller, and read little more than they show",
    async () => {
      const whole = await folder.read("noise.mp4");
      const { content, width, frames, bytesRead } = await previewOf(whole);
      assert.ok(content.length <= 300_000, `${content.length} bytes`);
      assert.ok(width < 320 && frames.length > 0);
      // A fifth is shown; the GOPs that it is of are nearly all.
      assert.ok(bytesRead < 0.5 * whole.length, `${bytesRead} of ${whole.length} bytes`);
    },
  );

  it("are of keyframes that seeks find, where there is no index", async () => {
    await ffmpeg(["-i", folder.file("long.mp4"), "-c", "copy", folder.file("long.ts")]);
    const { numbers } = await previewOf(await folder.read("long.ts"));
    const firsts = [0, 10, 20, 30].map((at) => numbers[at] ?? NaN);
    assert.deepEqual(
      numbers,
      firsts.flatMap((first) => shownFrom(first)),
    );
    const isNearItsPlace = (first: number, i: number) => Math.abs(first - 125 - 240 * i) < 100;
    assert.ok(
      firsts.every((first, i) => first % 50 === 0 && isNearItsPlace(first, i)),
      String(firsts),
    );
  });

  it("are the beginning of a video that tells neither its duration nor its keyframes", async () => {
    await ffmpeg(["-i", folder.file("long.mp4"), "-c", "copy", "-live", "1", folder.file("live.mkv")]);
    assert.deepEqual((await previewOf(await folder.read("live.mkv"))).numbers, shownFrom(0, 40));
  });

  it("show another keyframe near one that is black", async () => {
    const black = ["-vf", "drawbox=t=fill:c=black:enable=between(t\\,5\\,7.9)", ...x264];
    await ffmpeg(["-i", folder.file("long.mp4"), ...black, folder.file("black.mp4")]);
    const { numbers } = await previewOf(await folder.read("black.mp4"));
    assert.deepEqual(
      numbers,
      [50, 350, 600, 850].flatMap((first) => shownFrom(first)),
    );
  });

  it("leave out what is damaged", async () => {
    const content = Buffer.from(await folder.read("long.mp4"));
    const { position, bytes } =
      (await packetsOf(folder.file("long.mp4"))).find(({ seconds }) => seconds === 24) ?? {};
    assert.ok(position !== undefined && bytes !== undefined);
    content.fill(0x5a, position + 40, position + bytes);
    const { numbers } = await previewOf(content);
    assert.equal(numbers.length, 40);
    assert.deepEqual(
      [...numbers.slice(0, 20), ...numbers.slice(30)],
      [150, 350, 850].flatMap((first) => shownFrom(first)),
    );
    assert.ok(numbers[20] !== 600 && (numbers[20] ?? 1) % 50 === 0);
  });

  kindIt("are shorter where the CPU time is too short, with the pictures until then", async function () {
    if (process.platform !== "linux") this.skip();
    const content = await folder.read("long.mp4");
    await withVideo(content, async ({ tools, file }) => {
      const programs = await FakePrograms.install();
      try {
        const picture = `P6\\n4 2\\n255\\n${"abc".repeat(8)}`;
        const write = `fs.writeSync(1, "${picture}"); fs.writeSync(3, "frame:0    pts:0 pts_time:0\\n");`;
        await programs.write("ffmpeg", `const fs = require("fs"); ${write} for (;;);`);
        const few = { ...tools, allowance: new Allowance(tools.allowance.memory, 1.8) };
        const { pictures } = await gatherPictures(few, file, { seconds: 4, framesPerSecond: 10 }, never);
        assert.equal(pictures.length, 4);
        assert.ok(
          few.allowance.cpuSecondsLeft > 0.3,
          `${few.allowance.cpuSecondsLeft} s are left to encode them`,
        );
      } finally {
        await programs.remove();
      }
    });
  });

  it("end with their reason where there is no CPU time left, and where no frame decodes", async () => {
    const content = Buffer.from(await folder.read("short.mp4"));
    await withVideo(content, async ({ tools, file }) => {
      const spent = { ...tools, allowance: new Allowance(tools.allowance.memory, 0) };
      await assert.rejects(makePreview(spent, file, usual, never), /^UnusableVideoError: too costly: /);
    });
    for (const { position, bytes } of await packetsOf(folder.file("short.mp4")))
      content.fill(0x5a, position + 4, position + bytes);
    await withVideo(content, async ({ tools, file }) => {
      await assert.rejects(
        makePreview(tools, file, usual, never),
        /^UnusableVideoError: no frame of the h264 video/,
      );
    });
  });

  it("are no fault of the video where it can not be read", async () => {
    const content = await folder.read("noise.mp4");
    const gone = new VideoGoneError("the video is gone: it was deleted");
    let isGone = false;
    const source = {
      ...memorySource(content),
      read: (range: { start: number; end: number }) =>
        isGone ? Promise.reject(gone) : memorySource(content).read(range, undefined, never),
    };
    await withVideo(source, async ({ tools, file }) => {
      isGone = true;
      await assert.rejects(makePreview(tools, file, usual, never), gone);
    });
  });
});
