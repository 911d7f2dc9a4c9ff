import type { Matrix } from "../worker/picture/flatVideos";
import type { BrowserCase, Codec, Exception, Tags } from "./browserCase";
import { containers, exceptions, fullRange, patchVideo, tagged } from "./browserCase";

const codecs: readonly Codec[] = ["h264", "vp8", "vp9", "av1"];
/** Chromium plays HEVC where the system has a decoder. */
const codecsAndHevc: readonly Codec[] = [...codecs, "hevc"];
const hd = { width: 1280, height: 720 };
const tenBit = { pixelFormat: "yuv420p10le" };
const allOf709: Required<Tags> = { space: "bt709", primaries: "bt709", transfer: "bt709" };

/** Sizes of untagged video. */
function* untagged(): Iterable<BrowserCase> {
  const sizes = [
    "160x96",
    "640x480",
    "1280x534",
    "1024x576",
    "720x718",
    "720x720",
    "1280x720",
    "608x1080",
    "1920x1080",
  ];
  for (const codec of codecsAndHevc)
    for (const size of codec === "h264" || codec === "vp9" ? sizes : ["160x96", "720x720", "1280x720"]) {
      const [width = 0, height = 0] = size.split("x").map(Number);
      const video = patchVideo(codec, [], { width, height, frames: 2 });
      yield { group: "untagged, by size", name: `${codec}, ${size}`, extension: containers[codec], video };
    }
}

/** Matrices of video that tells all of its colours. */
function* matrices(): Iterable<BrowserCase> {
  const ways: [string, Matrix, Exception?][] = [
    ["bt709", "bt709"],
    ["bt470bg", "bt601"],
    ["smpte170m", "bt601"],
    ["bt2020nc", "bt2020"],
    ["fcc", "fcc"],
    ["smpte240m", "smpte240m", exceptions.softwareMatrix],
    ["bt2020c", "bt2020", exceptions.softwareMatrix],
  ];
  for (const codec of codecs)
    for (const [space, matrix, usual] of ways)
      for (const bits of [8, 10]) {
        // VP8 is of 8 bits, and the other encoders do not know all matrices.
        if (
          (codec === "vp8" && bits === 10) ||
          (["vp9", "av1"].includes(codec) && space === "bt2020c") ||
          (codec === "vp9" && space === "fcc")
        )
          continue;
        for (const isFull of codec === "vp8" || bits === 10 ? [false] : [false, true]) {
          const arguments_ = [...tagged({ ...allOf709, space }), ...(isFull ? fullRange : [])];
          // In limited range FCC's matrix is as good as that of BT.601.
          const fcc = space === "fcc" && isFull ? exceptions.softwareMatrix : undefined;
          const blue = space === "bt2020nc" && bits === 10 ? exceptions.softwareBlue : undefined;
          const exception = fcc ?? blue ?? usual;
          const video = patchVideo(codec, arguments_, {
            matrix,
            fullRange: isFull,
            ...(bits === 10 ? tenBit : {}),
          });
          const name = `${codec}, ${bits} bit, ${space}, ${isFull ? "full" : "limited"} range`;
          yield { group: "matrix and range", name, extension: containers[codec], video, exception };
        }
      }
  const yCgCo = patchVideo("h264", tagged({ ...allOf709, space: "ycgco" }), {
    matrix: "ycgco",
    pixelFormat: "yuv444p",
  });
  const group = "matrix and range";
  yield { group, name: "h264, YCgCo", extension: "mp4", video: yCgCo, exception: exceptions.softwareMatrix };
  const strong = {
    matrix: "bt709",
    colors: [
      [0, 0, 1],
      [1, 1, 0],
    ],
    rows: 1,
  } as const;
  const blue = { ...patchVideo("h264", tagged(allOf709)), ...strong, width: 80 };
  yield {
    group,
    name: "h264, strong blue",
    extension: "mp4",
    video: blue,
    exception: exceptions.softwareBlue,
  };
}

function* primariesAndTransfers(): Iterable<BrowserCase> {
  const primaries =
    "bt470m bt470bg smpte170m smpte240m film bt2020 smpte428 smpte431 smpte432 jedec-p22".split(" ");
  const transfers = (
    "gamma22 gamma28 smpte170m smpte240m linear log100 log316 iec61966-2-4 bt1361e iec61966-2-1 bt2020-10 bt2020-12 " +
    "smpte428"
  ).split(" ");
  for (const [codec, bits] of [
    ["h264", 8],
    ["av1", 10],
  ] as const) {
    const format = { matrix: "bt709", ...(bits === 10 ? tenBit : {}) } as const;
    for (const primary of primaries) {
      // ffmpeg 5.1 takes this for none in H.264.
      if (codec === "h264" && primary === "jedec-p22") continue;
      const video = patchVideo(codec, tagged({ ...allOf709, primaries: primary }), format);
      yield {
        group: "primaries",
        name: `${codec}, ${bits} bit, ${primary}`,
        extension: "mp4",
        video,
        exception: bits === 10 && primary === "smpte428" ? exceptions.softwareBlue : undefined,
      };
    }
    for (const transfer of transfers) {
      const video = patchVideo(codec, tagged({ ...allOf709, transfer }), format);
      const cinema = transfer === "smpte428" ? exceptions.cinemaTransfer : undefined;
      const exception = bits === 10 && transfer === "gamma28" ? exceptions.softwareBlue : cinema;
      yield {
        group: "transfer",
        name: `${codec}, ${bits} bit, ${transfer}`,
        extension: "mp4",
        video,
        exception,
      };
    }
  }
  const systems: Record<string, [Tags, Matrix]> = {
    NTSC: [{ space: "smpte170m", primaries: "smpte170m", transfer: "smpte170m" }, "bt601"],
    PAL: [{ space: "bt470bg", primaries: "bt470bg", transfer: "gamma28" }, "bt601"],
    "BT.2020": [{ space: "bt2020nc", primaries: "bt2020", transfer: "bt2020-10" }, "bt2020"],
    "Display P3": [{ space: "bt709", primaries: "smpte432", transfer: "iec61966-2-1" }, "bt709"],
  };
  for (const codec of codecsAndHevc)
    for (const [system, [tags, matrix]] of Object.entries(systems)) {
      const video = patchVideo(codec, tagged(tags), { matrix });
      yield { group: "systems", name: `${codec}, ${system}`, extension: containers[codec], video };
    }
}

/** Video that tells some of its colours and not all, in SD and in HD. */
function* halfTagged(): Iterable<BrowserCase> {
  const ways: Record<string, Tags> = {
    "BT.709's matrix": { space: "bt709" },
    "BT.601's matrix": { space: "smpte170m" },
    "BT.2020's matrix": { space: "bt2020nc" },
    "BT.709's primaries": { primaries: "bt709" },
    "BT.2020's primaries": { primaries: "bt2020" },
    "P3's primaries": { primaries: "smpte432" },
    "a linear transfer": { transfer: "linear" },
    "matrix and primaries": { space: "bt709", primaries: "bt709" },
    "primaries and transfer": { primaries: "bt709", transfer: "bt709" },
    "BT.2020 without its transfer": { space: "bt2020nc", primaries: "bt2020" },
  };
  for (const codec of codecs)
    for (const [way, tags] of Object.entries(ways))
      for (const [size, video] of [["SD", {}] as const, ["HD", hd] as const]) {
        const name = `${codec}, ${way} alone, ${size}`;
        yield {
          group: "half tagged",
          name,
          extension: containers[codec],
          video: patchVideo(codec, tagged(tags), video),
        };
      }
}

/** Full range, which not all tell with the rest. */
function* fullRanges(): Iterable<BrowserCase> {
  for (const codec of codecs)
    for (const [way, tags] of Object.entries({ untagged: {}, "matrix alone": { space: "bt709" } } as Record<
      string,
      Tags
    >))
      for (const [size, video] of [["SD", {}] as const, ["HD", hd] as const])
        for (const bits of codec === "vp8" ? [8] : [8, 10]) {
          const depth = bits === 10 ? tenBit : {};
          const made = patchVideo(codec, [...fullRange, ...tagged(tags)], {
            fullRange: true,
            ...video,
            ...depth,
          });
          const name = `${codec}, ${bits} bit, ${way}, ${size}`;
          yield { group: "full range, not all told", name, extension: containers[codec], video: made };
        }
}

function* pixelFormats(): Iterable<BrowserCase> {
  const formats: Partial<Record<Codec, string[]>> = {
    h264: ["yuv422p", "yuv444p", "yuv422p10le", "yuv444p10le", "gray"],
    vp9: ["yuv422p", "yuv444p", "yuv440p", "yuv444p10le", "yuv420p12le"],
    av1: ["yuv444p", "yuv422p10le", "yuv420p12le", "gray"],
  };
  const gray = [0.06, 0.3, 0.5, 0.8, 0.95, 0.1, 0.2, 0.4, 0.6, 0.7].map((level) => [level, level, level]);
  for (const [codec, names] of Object.entries(formats) as [Codec, string[]][])
    for (const pixelFormat of names) {
      const video = patchVideo(codec, [], {
        pixelFormat,
        ...(pixelFormat === "gray" ? { colors: gray } : {}),
      });
      yield { group: "pixel formats", name: `${codec}, ${pixelFormat}`, extension: containers[codec], video };
    }
  const rgb = { matrix: "rgb", pixelFormat: "gbrp" } as const;
  yield { group: "pixel formats", name: "vp9, RGB", extension: "webm", video: patchVideo("vp9", [], rgb) };
  const h264 = { ...patchVideo("h264", [], rgb), encode: ["-c:v", "libx264rgb", "-qp", "1"] };
  yield {
    group: "pixel formats",
    name: "h264, RGB",
    extension: "mp4",
    video: h264,
    exception: exceptions.h264Rgb,
  };
}

export const sdrCases: readonly BrowserCase[] = [
  ...untagged(),
  ...matrices(),
  ...primariesAndTransfers(),
  ...halfTagged(),
  ...fullRanges(),
  ...pixelFormats(),
];
