import assert from "node:assert/strict";
import type { ThumbnailFormat } from "../../../contract/outputs";
import { FakePrograms } from "../programs";
import { ffmpeg, hasEncoder, pictureSize } from "../videos";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";

describe("worker: the picture", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
  });
  after(() => folder.remove());

  /** A second of one colour. */
  async function plainVideo(
    rgb: string,
    size: string,
    encode: readonly string[],
    extension = "mp4",
  ): Promise<Buffer> {
    const file = folder.file(`${size}-${rgb}.${extension}`);
    await ffmpeg(["-f", "lavfi", "-i", `color=0x${rgb}:s=${size}:r=5:d=1,format=gbrp`, ...encode, file]);
    return folder.read(`${size}-${rgb}.${extension}`);
  }
  const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

  async function sizeOf(
    content: Buffer,
    widthPixels: number,
    format: ThumbnailFormat = "png",
  ): Promise<string> {
    const frame = await frameOf(content, { at: "0", widthPixels, format });
    const { width, height } = await pictureSize(frame.image);
    assert.deepEqual([frame.width, frame.height], [width, height]);
    return `${width}x${height}`;
  }

  it("is as wide as wanted, and as high as the video's shape makes it", async () => {
    const video = await plainVideo("808080", "320x180", x264);
    assert.equal(await sizeOf(video, 160), "160x90");
    assert.equal(await sizeOf(video, 100), "100x56");
    assert.equal(await sizeOf(video, 1, "jpg"), "1x1");
  });

  it("is never larger than the video, whose own size 0 means", async () => {
    const video = await plainVideo("808080", "162x98", x264);
    assert.equal(await sizeOf(video, 1280), "162x98");
    assert.equal(await sizeOf(video, 0), "162x98");
    const odd = await plainVideo("808080", "35x21", ["-c:v", "libvpx", "-pix_fmt", "yuv420p"], "webm");
    const formats = ["png", "jpg", "webp"] as const;
    const sizes = (video: Buffer) => Promise.all(formats.map((format) => sizeOf(video, 0, format)));
    assert.deepEqual(await sizes(odd), ["35x21", "35x21", "35x21"]);
    const dot = await plainVideo("808080", "1x1", ["-c:v", "libvpx", "-pix_fmt", "yuv420p"], "webm");
    assert.deepEqual(await sizes(dot), ["1x1", "1x1", "1x1"]);
  });

  it("has square pixels", async () => {
    const wide = await plainVideo("808080", "360x288", ["-vf", "setsar=64/45", ...x264]);
    assert.equal(await sizeOf(wide, 0), "512x288");
    assert.equal(await sizeOf(wide, 256), "256x144");
    const narrow = await plainVideo("808080", "240x160", ["-vf", "setsar=8/9", ...x264]);
    assert.equal(await sizeOf(narrow, 0), "240x180");
  });

  it("is small also of a video that is very wide, or says that its pixels are", async () => {
    const strip = await plainVideo("808080", "16384x16", x264);
    assert.deepEqual([await sizeOf(strip, 1280), await sizeOf(strip, 0, "webp")], ["1280x1", "16383x16"]);
    const absurd = await plainVideo("808080", "64x32", ["-vf", "setsar=1/20", ...x264]);
    assert.equal(await sizeOf(absurd, 0), "64x320");
  });

  it("is upright when the video says that it was filmed turned", async () => {
    const halves = "color=white:s=320x90:r=5:d=1,pad=320:180:0:0:black";
    await ffmpeg(["-f", "lavfi", "-i", halves, ...x264, folder.file("flat.mp4")]);
    const video = await folder.read("flat.mp4");
    // The matrix in the track's header (ISO 14496-12, 8.3.2): identity becomes a quarter turn clockwise.
    const matrix = video.indexOf("000100000000000000000000000000000001", video.indexOf("tkhd"), "hex");
    Buffer.from("000000000001000000000000ffff000000000000", "hex").copy(video, matrix);
    assert.equal(await sizeOf(video, 0), "180x320");
    const { image } = await frameOf(video, { at: "0" });
    const leftAndRight = await ffmpeg(
      ["-i", "pipe:0", "-vf", "scale=2:1:flags=area,format=gray", "-f", "rawvideo", "pipe:1"],
      image,
    );
    assert.ok(leftAndRight[0]! < 20 && leftAndRight[1]! > 235, leftAndRight.toString("hex"));
  });

  it("fails for a reason of this machine's, not the video's, when ffmpeg lacks what it needs", async () => {
    const video = await plainVideo("808080", "64x64", x264);
    const programs = await FakePrograms.install();
    const words = "[AVFilterGraph @ 0x1] No such filter: 'zscale'";
    await programs.write("ffmpeg", `console.error(${JSON.stringify(words)}); process.exit(1)`);
    try {
      await assert.rejects(frameOf(video, { at: "0" }), {
        name: "Error",
        message: "this ffmpeg is built without zscale, which the video or the picture needs",
      });
    } finally {
      await programs.remove();
    }
  });

  it("tells its own size, in every format", async () => {
    const video = await plainVideo("808080", "320x180", x264);
    for (const format of ["png", "jpg", "webp"] as const) {
      const { image, width, height } = await frameOf(video, { at: "0", format, widthPixels: 101 });
      assert.deepEqual({ width, height }, await pictureSize(image), format);
      assert.equal(width, 101);
    }
  });

  it("carries nothing of the video's metadata", async () => {
    const place = ["-metadata", "location=+48.8577+002.2950/", "-metadata", "comment=secret place"];
    const video = await plainVideo("808080", "64x64", [
      ...x264,
      ...place,
      ..."-colorspace bt709 -color_primaries bt709 -color_trc bt709".split(" "),
    ]);
    assert.ok(video.includes("secret place"));
    for (const format of ["png", "jpg", "webp"] as const) {
      const { image } = await frameOf(video, { at: "0", format });
      for (const word of ["secret", "48.85", "Lavc"])
        assert.ok(!image.includes(word), `${word} in ${format}`);
    }
  });

  it("holds no chunk but the picture's own, also of HDR video that tells its mastering display", async function () {
    if (!(await hasEncoder("libx265"))) this.skip();
    const mastering = "master-display=G(8500,39850)B(6550,2300)R(35400,14600)WP(15635,16450)L(10000000,1)";
    const hdr = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:hdr10=1:max-cll=1000,400";
    const x265 = ["-c:v", "libx265", "-x265-params", `log-level=none:${hdr}:${mastering}`];
    const video = await plainVideo("808080", "64x64", ["-pix_fmt", "yuv420p10le", ...x265]);
    const { image } = await frameOf(video, { at: "0" });
    assert.deepEqual([...new Set(pngChunks(image))], ["IHDR", "pHYs", "IDAT", "IEND"]);
  });
});

function pngChunks(image: Buffer): string[] {
  const names: string[] = [];
  for (let at = 8; at < image.length; at += image.readUInt32BE(at) + 12)
    names.push(image.toString("latin1", at + 4, at + 8));
  return names;
}
