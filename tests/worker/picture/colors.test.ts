import assert from "node:assert/strict";
import type { ThumbnailFormat } from "../../../contract/outputs";
import type { FlatVideo } from "./flatVideos";
import { bandColors, bandsOf, flatVideo } from "./flatVideos";
import { bt2020Light, hlgSignal, pqSignal } from "./lightSignals";
import { hasEncoder } from "../videos";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";
import { kindsDescribe } from "../manyKinds";

const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "1"];
const x265 = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "lossless=1:log-level=none"];
const vp9 = ["-c:v", "libvpx-vp9", "-lossless", "1", "-deadline", "realtime", "-cpu-used", "8"];
const av1 = ["-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8", "-crf", "4"];
const ffv1 = ["-c:v", "ffv1"];
const best = ["-q:v", "1", "-qmin", "1"];
const full = ["-color_range", "pc"];

/** This encoder takes its tags from the frames. */
const tagged709 = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709";

/** Tags as a camera writes them: matrix, primaries, transfer. */
function tags(space: string, primaries = "bt709", transfer = "bt709"): string[] {
  return ["-colorspace", space, "-color_primaries", primaries, "-color_trc", transfer];
}

kindsDescribe("worker: colours", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
  });
  after(() => folder.remove());

  let count = 0;
  async function made(video: FlatVideo, extension: string): Promise<Buffer> {
    const name = `${count++}.${extension}`;
    await flatVideo(folder.file(name), video);
    return folder.read(name);
  }

  /** The largest difference of a channel from what is expected, over all bands. */
  function assertNear(bands: readonly number[][], expected: readonly number[][], within: number, of: string) {
    const worst = Math.max(
      ...bands.flatMap((rgb, band) => rgb.map((c, i) => Math.abs(c - expected[band]![i]!))),
    );
    assert.ok(worst <= within, `${of}: ${JSON.stringify(bands)} instead of ${JSON.stringify(expected)}`);
  }
  async function assertBands(
    video: Buffer,
    expected: readonly number[][],
    within: number,
    format: ThumbnailFormat = "png",
  ): Promise<void> {
    const { image } = await frameOf(video, { at: "0.04", format });
    assertNear(await bandsOf(image, expected.length), expected, within, format);
  }
  const source = bandColors.map((hex) => [...Buffer.from(hex, "hex")]);

  const sdr: Record<string, Record<string, FlatVideo>> = {
    mp4: {
      "H.264, BT.709": { matrix: "bt709", encode: [...x264, ...tags("bt709")] },
      "H.264, BT.601, HD": {
        ...{ matrix: "bt601", width: 1280, height: 720 },
        encode: [...x264, ...tags("smpte170m", "smpte170m", "smpte170m")],
      },
      "H.264, FCC": { matrix: "fcc", encode: [...x264, ...tags("fcc")] },
      "H.264, SMPTE 240M": { matrix: "smpte240m", encode: [...x264, ...tags("smpte240m")] },
      "H.264, YCgCo": { matrix: "ycgco", pixelFormat: "yuv444p", encode: [...x264, ...tags("ycgco")] },
      "H.264, untagged, HD": { matrix: "bt709", width: 1280, height: 720, encode: x264 },
      "H.264, untagged, HD on end": { matrix: "bt709", width: 608, height: 1080, encode: x264 },
      "H.264, untagged, SD": { matrix: "bt601", encode: x264 },
      "H.264, full range": {
        ...{ matrix: "bt709", fullRange: true },
        encode: [...x264, ...tags("bt709"), ...full],
      },
      "H.264, full range, untagged, SD": { fullRange: true, encode: [...x264, ...full] },
      "H.264 4:2:2": { pixelFormat: "yuv422p", encode: x264 },
      "H.264 4:4:4": { pixelFormat: "yuv444p", encode: x264 },
      "H.264 4:2:0, 10 bit": { pixelFormat: "yuv420p10le", encode: x264 },
      "H.264 4:2:2, 10 bit": { pixelFormat: "yuv422p10le", encode: x264 },
      "H.264 4:4:4, 10 bit, full range": {
        ...{ pixelFormat: "yuv444p10le", fullRange: true },
        encode: [...x264, ...full],
      },
      "H.264, RGB": { matrix: "rgb", pixelFormat: "gbrp", encode: ["-c:v", "libx264rgb", "-qp", "1"] },
      "HEVC, BT.2020's matrix, 10 bit": {
        ...{ matrix: "bt2020", pixelFormat: "yuv420p10le" },
        encode: [...x265, ...tags("bt2020nc")],
      },
      "HEVC 4:2:2, 10 bit": { pixelFormat: "yuv422p10le", encode: x265 },
      "HEVC 4:4:4, 12 bit": { pixelFormat: "yuv444p12le", encode: x265 },
      "AV1, 10 bit": { pixelFormat: "yuv420p10le", encode: av1 },
      "MPEG-4 part 2": { encode: ["-c:v", "mpeg4", ...best] },
    },
    webm: {
      VP8: { encode: ["-c:v", "libvpx", "-qmin", "0", "-qmax", "4", "-b:v", "9M"] },
      VP9: { encode: vp9 },
      "VP9 4:4:4, 12 bit": { pixelFormat: "yuv444p12le", encode: vp9 },
      "VP9 4:2:2, 10 bit, BT.709": {
        ...{ matrix: "bt709", pixelFormat: "yuv422p10le" },
        encode: [...vp9, ...tags("bt709")],
      },
      AV1: { encode: av1 },
    },
    mov: {
      "ProRes 422, BT.709": {
        ...{ matrix: "bt709", pixelFormat: "yuv422p10le" },
        encode: ["-c:v", "prores_ks", "-profile:v", "3", "-vf", tagged709],
      },
      "ProRes 4444 with an opaque alpha": {
        ...{ matrix: "bt709", pixelFormat: "yuva444p10le" },
        encode: ["-c:v", "prores_ks", "-profile:v", "4", "-vf", tagged709],
      },
      "MJPEG, HD": {
        ...{ pixelFormat: "yuvj422p", fullRange: true, width: 1280, height: 720 },
        encode: ["-c:v", "mjpeg", ...best],
      },
    },
    mkv: {
      "MPEG-2": { encode: ["-c:v", "mpeg2video", ...best] },
      "MPEG-2 4:2:2": { pixelFormat: "yuv422p", encode: ["-c:v", "mpeg2video", ...best] },
      "FFV1, RGB, 12 bit": { matrix: "rgb", pixelFormat: "gbrp12le", encode: ffv1 },
      "FFV1 4:4:4, 16 bit": { pixelFormat: "yuv444p16le", encode: ffv1 },
    },
    ogv: {
      Theora: { encode: ["-c:v", "libtheora", "-q:v", "10"] },
      "Theora 4:4:4": { pixelFormat: "yuv444p", encode: ["-c:v", "libtheora", "-q:v", "10"] },
    },
  };

  for (const [extension, videos] of Object.entries(sdr)) {
    for (const [name, video] of Object.entries(videos)) {
      const encoder = video.encode[1]!;
      it(`are those of ${name} (.${extension}, made by ${encoder})`, async function () {
        if (!(await hasEncoder(encoder))) this.skip();
        const content = await made(video, extension);
        await assertBands(content, source, 3);
      });
    }
  }

  it("are the same in every picture format", async () => {
    const videos = [sdr.mp4!["H.264, BT.709"], sdr.mp4!["H.264, BT.601, HD"], sdr.mp4!["H.264, full range"]];
    for (const video of [...videos, sdr.mp4!["H.264, RGB"], sdr.mp4!["H.264, YCgCo"]]) {
      const content = await made(video!, "mp4");
      await Promise.all([assertBands(content, source, 3, "jpg"), assertBands(content, source, 3, "webp")]);
    }
  });

  it("are levels of gray where the video has no chroma", async () => {
    const gray = [0, 0.2, 0.5, 0.8, 1].map((level) => [level, level, level]);
    const expected = gray.map((color) => color.map((level) => level * 255));
    const videos: FlatVideo[] = [
      { pixelFormat: "gray", encode: x264 },
      { pixelFormat: "gray10le", encode: x264 },
      { pixelFormat: "gray", fullRange: true, encode: [...x264, ...full] },
    ];
    for (const video of videos) await assertBands(await made({ ...video, colors: gray }, "mp4"), expected, 3);
  });

  it("lie on black where the video is transparent", async () => {
    // Alpha falls from the left to the right: opaque, a half, nothing.
    const alpha = "geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255-255*floor(X*3/W)/2'";
    const encode = ["-vf", `format=gbrap,${alpha}`, "-c:v", "qtrle", "-pix_fmt", "argb"];
    const colors = [1, 2, 3].map(() => [0.8, 0.6, 0.2]);
    const video = await made({ matrix: "rgb", pixelFormat: "gbrp", colors, encode }, "mov");
    await assertBands(
      video,
      [
        [204, 153, 51],
        [102, 76.5, 25.5],
        [0, 0, 0],
      ],
      3,
    );
  });

  for (const codec of ["vp8", "vp9"] as const) {
    it(`lie on black where a WebM of ${codec.toUpperCase()} is transparent`, async function () {
      const encoder = codec === "vp8" ? "libvpx" : "libvpx-vp9";
      if (!(await hasEncoder(encoder))) this.skip();
      const colors = [1, 0.5, 0].map((alpha) => [0.8, 0.6, 0.2, alpha]);
      const encode = ["-c:v", encoder, "-auto-alt-ref", "0", "-qmin", "0", "-qmax", "4", "-b:v", "9M"];
      const video = await made({ pixelFormat: "yuva420p", colors, encode }, "webm");
      for (const format of ["png", "jpg"] as const)
        await assertBands(
          video,
          [
            [204, 153, 51],
            [102, 76.5, 25.5],
            [0, 0, 0],
          ],
          3,
          format,
        );
    });
  }

  it("are levels of gray where limited gray is decoded as gray", async function () {
    if (!(await hasEncoder("libaom-av1"))) this.skip();
    const colors = [0, 0.2, 0.5, 0.8, 1].map((level) => [level, level, level]);
    const video = await made({ pixelFormat: "gray", colors, encode: av1 }, "mp4");
    await assertBands(
      video,
      colors.map((color) => color.map((level) => level * 255)),
      3,
    );
  });

  describe("of a wide gamut, in SDR,", () => {
    for (const [name, primaries, toWide] of [
      ["BT.2020", "bt2020", bt2020Light],
      ["Display P3", "smpte432", displayP3],
    ] as const) {
      it(`are those of ${name} in BT.709's primaries`, async () => {
        // Browsers take the levels for sRGB's.
        const colors = source.map((rgb) =>
          toWide(rgb.map((level) => linearOfSrgb(level / 255))).map((light) => levelOfSrgb(light)),
        );
        const matrix = primaries === "bt2020" ? "bt2020" : "bt709";
        const tagged = tags(matrix === "bt2020" ? "bt2020nc" : "bt709", primaries);
        const pixelFormat = "yuv420p10le";
        const video = await made({ matrix, pixelFormat, colors, encode: [...x264, ...tagged] }, "mp4");
        for (const format of ["png", "jpg"] as const) await assertBands(video, source, 3, format);
      });
    }
  });

  describe("of HDR", () => {
    const ways = {
      HDR10: { transfer: "smpte2084", signal: pqSignal },
      HLG: { transfer: "arib-std-b67", signal: hlgSignal },
    };
    for (const [name, { transfer, signal }] of Object.entries(ways)) {
      const hdr = (light: readonly (readonly number[])[], encode: readonly string[] = []): FlatVideo => ({
        matrix: "bt2020",
        pixelFormat: "yuv420p10le",
        colors: light.map((rgb) => signal(bt2020Light(rgb))),
        encode: [...x265, ...tags("bt2020nc", "bt2020", transfer), ...encode],
      });

      it(`(${name}) have half their light up to diffuse white, which is 203 cd/m²`, async function () {
        if (!(await hasEncoder("libx265"))) this.skip();
        const dim = ["808080", "A03214", "146496", "206030", "101010"];
        const rgb = dim.map((hex) => [...Buffer.from(hex, "hex")]);
        const light = rgb.map((color) => color.map((level) => 2 * 203 * linearOfSrgb(level / 255)));
        const video = await made(hdr(light), "mp4");
        for (const format of ["png", "jpg", "webp"] as const) await assertBands(video, rgb, 5, format);
      });

      it(`(${name}) stay apart from white up to the peak`, async function () {
        if (!(await hasEncoder("libx265"))) this.skip();
        const light = [100, 203, 400, 700, 1000].map((nits) => [nits, nits, nits]);
        const { image } = await frameOf(await made(hdr(light), "mp4"), { at: "0" });
        const levels = (await bandsOf(image)).map(([, green]) => green!);
        assertNear([levels], [[135, 187, 223, 243, 254]], 3, name);
      });

      it(`(${name}) keep their hue where they are bright`, async function () {
        if (!(await hasEncoder("libx265"))) this.skip();
        const light = [[600, 400, 200]];
        const { image } = await frameOf(await made(hdr(light), "mp4"), { at: "0" });
        const [color] = await bandsOf(image, 1);
        const [red, green, blue] = color!.map((level) => linearOfSrgb(level / 255));
        assert.ok(red! > 0.85);
        assertNear([[green! / red!, blue! / red!]], [[2 / 3, 1 / 3]], 0.03, name);
      });
    }
  });
});

/** Linear light of BT.709's primaries in those of Display P3 (SMPTE EG 432-1, with D65). */
function displayP3([r = 0, g = 0, b = 0]: readonly number[]): number[] {
  return [0.8225 * r + 0.1775 * g, 0.0332 * r + 0.9668 * g, 0.0171 * r + 0.0724 * g + 0.9105 * b];
}

/** IEC 61966-2-1. */
function linearOfSrgb(level: number): number {
  return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
}

function levelOfSrgb(light: number): number {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}
