import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { parseRendition } from "../../../contract/extras";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";
import { FakePrograms } from "../programs";
import { ffmpeg, frameNumber, hasEncoder, numberedVideo, pictureSize } from "../videos";
import { bandColors, flatVideo } from "./flatVideos";

const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "1"];
const tagged709 = "-colorspace bt709 -color_primaries bt709 -color_trc bt709".split(" ");
const pictureNames = ["80.png", "80.jpg", "80.webp"];

describe("worker: the renditions", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
  });
  after(() => folder.remove());

  const renditionsOf = (names: readonly string[]) => names.map(parseRendition);

  /** The RGB levels of a picture, scaled to a size. */
  function levels(picture: Buffer, [width, height]: readonly [number, number]): Promise<Buffer> {
    const scaled = `scale=${width}:${height}:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp`;
    const args = ["-vf", `${scaled},format=rgb24`, "-f", "rawvideo", "pipe:1"];
    return ffmpeg(["-i", "pipe:0", ...args], picture);
  }

  /** Holds each rendition against the thumbnail, scaled to its size. */
  async function assertSame(video: Buffer, size: readonly [number, number]): Promise<void> {
    const renditions = renditionsOf(pictureNames);
    const frame = await frameOf(video, { at: "0.04", widthPixels: 0, renditions });
    assert.deepEqual(
      frame.renditions.map(({ name }) => name),
      pictureNames,
    );
    const wanted = await levels(frame.image, size);
    for (const { name, content, width, height } of frame.renditions) {
      assert.deepEqual([width, height], size, name);
      const own = await levels(content, size);
      // Edges differ, by the order of scaling and converting, and where chroma is coarse: three quarters are not near one.
      const differences = own.map((level, index) => Math.abs(level - wanted[index]!)).sort();
      const most = differences[Math.floor(differences.length * 0.75)]!;
      assert.ok(most <= (name.endsWith("png") ? 1 : 4), `${name} differs by ${most} from the thumbnail`);
    }
  }

  const wide = bandColors.map((hex) => [...Buffer.from(hex, "hex"), 128].map((level) => level / 255));
  const flat = (extension: string, video: Parameters<typeof flatVideo>[1]) => async () => {
    await flatVideo(folder.file(`flat.${extension}`), video);
    return folder.read(`flat.${extension}`);
  };
  const shapes: Record<string, readonly [[number, number], () => Promise<Buffer>]> = {
    "BT.709": [[80, 48], flat("mp4", { matrix: "bt709", encode: [...x264, ...tagged709] })],
    "non-square pixels": [
      [80, 24],
      flat("mp4", { matrix: "bt709", encode: ["-vf", "setsar=2", ...x264, ...tagged709] }),
    ],
    alpha: [[80, 48], flat("mov", { pixelFormat: "yuva444p", colors: wide, encode: ["-c:v", "ffv1"] })],
    "wide gamut": [
      [80, 48],
      flat("mp4", {
        matrix: "bt2020",
        encode: [...x264, "-colorspace", "bt2020nc", "-color_primaries", "bt2020", "-color_trc", "bt709"],
      }),
    ],
  };
  for (const [name, [size, make]] of Object.entries(shapes))
    it(`show the thumbnail's picture, of a video with ${name}`, async () => {
      await assertSame(await make(), size);
    });

  it("show the thumbnail's picture, of HDR video", async function () {
    if (!(await hasEncoder("libx265"))) this.skip();
    const tags = ["-colorspace", "bt2020nc", "-color_primaries", "bt2020", "-color_trc", "smpte2084"];
    const x265 = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "lossless=1:log-level=none"];
    const make = flat("mp4", { matrix: "bt2020", pixelFormat: "yuv420p10le", encode: [...x265, ...tags] });
    await assertSame(await make(), [80, 48]);
  });

  it("are upright, and bounded by their longer side", async () => {
    const video = await flat("mp4", { matrix: "bt709", encode: [...x264, ...tagged709] })();
    // The matrix in the track's header (ISO 14496-12, 8.3.2): identity becomes a quarter turn clockwise.
    const matrix = video.indexOf("000100000000000000000000000000000001", video.indexOf("tkhd"), "hex");
    Buffer.from("000000000001000000000000ffff000000000000", "hex").copy(video, matrix);
    await assertSame(video, [48, 80]);
  });

  it("are made only when asked for, and never larger than the video", async () => {
    const video = await flat("mp4", { encode: x264 })();
    assert.deepEqual((await frameOf(video, { at: "0" })).renditions, []);
    const renditions = renditionsOf(["16383.webp", "16383.png", "161.jpg", "16.jpg"]);
    const frame = await frameOf(video, { at: "0", widthPixels: 20, format: "webp", renditions });
    assert.deepEqual([frame.width, frame.height], [20, 12]);
    const told = frame.renditions.map(({ name, kind, contentType, width, height }) =>
      [name, kind, contentType, `${width}x${height}`].join(" "),
    );
    assert.deepEqual(told, [
      "16383.webp rendition image/webp 160x96",
      "16383.png rendition image/png 160x96",
      "161.jpg rendition image/jpeg 160x96",
      "16.jpg rendition image/jpeg 16x10",
    ]);
    for (const { name, content, width, height } of frame.renditions)
      assert.deepEqual(await pictureSize(content), { width, height }, name);
  });

  it("are of the thumbnail's frame, also where ffmpeg has to run again for it", async () => {
    await numberedVideo(folder.file("numbers.mp4"));
    const video = await folder.read("numbers.mp4");
    // Damages the group of pictures that the frame is in, from its middle on.
    const damaged = Buffer.from(video);
    damaged.fill(0x55, Math.floor(video.length * 0.6), Math.floor(video.length * 0.62));
    for (const [content, at] of [
      [video, "1.02"],
      [video, "100"],
      [damaged, "1.9"],
    ] as const) {
      const frame = await frameOf(content, { at, renditions: renditionsOf(["80.png"]) });
      const [rendition] = frame.renditions;
      assert.equal(await frameNumber(rendition!.content), await frameNumber(frame.image), at);
    }
  });

  it("that ffmpeg does not write are an error that names them", async () => {
    const video = await flat("mp4", { encode: x264 })();
    const real = execFileSync("sh", ["-c", "command -v ffmpeg"], { encoding: "utf8" }).trim();
    const programs = await FakePrograms.install();
    // Ffmpeg itself, but for the second rendition, which goes nowhere.
    const script = `const { spawnSync } = require("node:child_process");
      const args = process.argv.slice(2).map((word) => word === "pipe:6" ? "pipe:7" : word);
      const stdio = ["ignore", "inherit", "inherit", 3, 4, 5, 6, "ignore"];
      process.exit(spawnSync(${JSON.stringify(real)}, args, { stdio }).status);`;
    await programs.write("ffmpeg", script);
    try {
      const renditions = renditionsOf(["32.png", "32.webp"]);
      await assert.rejects(frameOf(video, { at: "0", renditions }), {
        name: "Error",
        message: "ffmpeg wrote no rendition 32.webp",
      });
    } finally {
      await programs.remove();
    }
  });
});
