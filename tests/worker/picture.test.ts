import assert from "node:assert/strict";
import type { ThumbnailFormat } from "../../ffmpeg-image/src/names";
import { ffmpeg, pictureSize } from "./videos";
import { frameOf, VideoFolder } from "./workshop";

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

  const tag = (space: string) => ["-colorspace", space, "-color_primaries", "bt709", "-color_trc", "bt709"];
  const convert = (matrix: string, range = "limited") => [
    "-vf",
    `scale=out_color_matrix=${matrix}:out_range=${range}`,
  ];
  const videos: [string, string, string[]][] = [
    ["tagged as BT.709", "320x180", [...convert("bt709"), ...tag("bt709")]],
    ["tagged as BT.601", "1280x720", [...convert("bt601"), ...tag("smpte170m")]],
    ["tagged as BT.2020", "320x180", [...convert("bt2020"), ...tag("bt2020nc")]],
    ["of full range", "320x180", [...convert("bt709", "full"), "-color_range", "pc", ...tag("bt709")]],
    ["untagged and HD", "1280x720", convert("bt709")],
    ["untagged and SD", "320x180", convert("bt601")],
  ];
  for (const [name, size, encode] of videos) {
    it(`has the colours of a video ${name}`, async () => {
      const pictures = ["C83214", "1E90FF"].map(async (rgb) => {
        const video = await plainVideo(rgb, size, [...encode, ...x264, "-qp", "1"]);
        for (const format of ["png", "jpg", "webp"] as const) {
          const { image } = await frameOf(video, { at: "0.5", format, widthPixels: 64 });
          const pixel = await ffmpeg(
            ["-i", "pipe:0", "-vf", "scale=1:1,format=rgb24", "-f", "rawvideo", "pipe:1"],
            image,
          );
          const expected = Buffer.from(rgb, "hex");
          const worst = Math.max(...[...pixel].map((level, channel) => Math.abs(level - expected[channel]!)));
          assert.ok(worst <= 3, `${format}: ${pixel.toString("hex")} instead of ${rgb}`);
        }
      });
      await Promise.all(pictures);
    });
  }

  it("carries nothing of the video's metadata", async () => {
    const place = ["-metadata", "location=+48.8577+002.2950/", "-metadata", "comment=secret place"];
    const video = await plainVideo("808080", "64x64", [...x264, ...place, ...tag("bt709")]);
    assert.ok(video.includes("secret place"));
    for (const format of ["png", "jpg", "webp"] as const) {
      const { image } = await frameOf(video, { at: "0", format });
      for (const word of ["secret", "48.85", "Lavc", "gAMA"])
        assert.ok(!image.includes(word), `${word} in ${format}`);
    }
  });
});
