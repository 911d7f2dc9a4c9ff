import type { GalleryCase } from "./scene";
import { hdr, scene, sd, tags, x264, yuv } from "./scene";
import { colorCases } from "./colors";
import { streamCases } from "./streams";

/** Puts a matrix into the track's header (ISO/IEC 14496-12, 8.3.2). */
function turned(a: number, b: number, c: number, d: number): (content: Buffer) => Buffer {
  return (content) => {
    const copy = Buffer.from(content);
    const matrix = copy.indexOf("000100000000000000000000000000000001", copy.indexOf("tkhd"), "hex");
    [a, b, 0, c, d].forEach((value, index) => copy.writeInt32BE(value * 0x10000, matrix + index * 4));
    return copy;
  };
}

const card = "the card as it is";

export const galleryCases: readonly GalleryCase[] = [
  { name: "H.264, SD, untagged", expected: card, extension: "mp4", encode: [...yuv("bt601"), ...x264] },
  {
    ...{ name: "H.264, HD, untagged", expected: card, extension: "mp4", inputs: scene(1280, 720) },
    encode: [...yuv("bt709"), ...x264],
  },
  {
    ...{ name: "H.264, BT.709, tagged", expected: card, extension: "mp4" },
    encode: [...yuv("bt709"), ...x264, ...tags("bt709")],
  },
  {
    ...{ name: "H.264, full range", expected: card, extension: "mp4" },
    encode: [...yuv("bt601", "full", "yuvj420p"), ...x264],
  },
  {
    ...{ name: "H.264 4:4:4, 10 bit", expected: card, extension: "mp4" },
    encode: [...yuv("bt601", "limited", "yuv444p10le"), ...x264],
  },
  {
    name: "H.264, gray",
    expected: "without colours",
    extension: "mp4",
    encode: [...x264, "-pix_fmt", "gray"],
  },
  {
    ...{ name: "HDR10", expected: "the card; its right third bright, with detail", extension: "mp4" },
    encode: hdr("smpte2084"),
  },
  { name: "HLG", expected: "the same as HDR10", extension: "mp4", encode: hdr("arib-std-b67") },
  {
    name: "VP8",
    expected: card,
    extension: "webm",
    encode: [...yuv("bt601"), "-c:v", "libvpx", "-b:v", "4M"],
  },
  {
    ...{ name: "VP9", expected: card, extension: "webm" },
    encode: [...yuv("bt601"), "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "4M"],
  },
  {
    ...{ name: "AV1", expected: card, extension: "mkv" },
    encode: [...yuv("bt601"), "-c:v", "libsvtav1", "-preset", "10", "-crf", "20"],
  },
  {
    ...{ name: "MPEG-4 part 2 in AVI", expected: card, extension: "avi" },
    encode: [...yuv("bt601"), "-c:v", "mpeg4", "-q:v", "3"],
  },
  {
    ...{ name: "MPEG-2 in MPEG-TS", expected: card, extension: "ts" },
    encode: [...yuv("bt601"), "-c:v", "mpeg2video", "-q:v", "3"],
  },
  {
    ...{ name: "ProRes", expected: card, extension: "mov" },
    encode: [...yuv("bt601", "limited", "yuv422p10le"), "-c:v", "prores_ks"],
  },
  {
    ...{ name: "Motion JPEG", expected: card, extension: "mov" },
    encode: [...yuv("bt601", "full", "yuvj422p"), "-c:v", "mjpeg", "-q:v", "2"],
  },
  {
    ...{ name: "Theora", expected: card, extension: "ogv" },
    encode: [...yuv("bt601"), "-c:v", "libtheora", "-q:v", "9"],
  },
  {
    ...{ name: "WMV", expected: card, extension: "wmv" },
    encode: [...yuv("bt601"), "-c:v", "wmv2", "-q:v", "3"],
  },
  { name: "FLV", expected: card, extension: "flv", encode: [...yuv("bt601"), ...x264] },
  {
    ...{ name: "transparent (QuickTime Animation)", expected: "the card fades to black", extension: "mov" },
    encode: [
      "-vf",
      "format=gbrap,geq=r=r(X\\,Y):g=g(X\\,Y):b=b(X\\,Y):a=255*(1-X/W)",
      ...["-c:v", "qtrle", "-pix_fmt", "argb"],
    ],
  },
  {
    ...{
      name: "interlaced",
      expected: "no combs at what moves",
      extension: "mp4",
      inputs: scene(480, 272, 2, 50),
    },
    encode: [
      ...["-vf", "scale=out_color_matrix=bt601,format=yuv420p,tinterlace=interleave_top,setfield=tff"],
      ...[...x264, "-flags", "+ildct+ilme"],
    ],
  },
  {
    ...{ name: "wide pixels (64:45)", expected: "a round circle", extension: "mp4" },
    ...{
      inputs: sd,
      encode: ["-vf", "scale=360:288:out_color_matrix=bt601,setsar=64/45,format=yuv420p", ...x264],
    },
  },
  {
    ...{
      name: "narrow pixels (8:9)",
      expected: "a round circle, not narrower than the video",
      extension: "mp4",
    },
    ...{
      inputs: sd,
      encode: ["-vf", "scale=480:240:out_color_matrix=bt601,setsar=8/9,format=yuv420p", ...x264],
    },
  },
  ...(
    [
      ["a quarter turn clockwise", turned(0, 1, -1, 0)],
      ["half a turn", turned(-1, 0, 0, -1)],
      ["a quarter turn counterclockwise", turned(0, -1, 1, 0)],
      ["mirrored", turned(-1, 0, 0, 1)],
    ] as const
  ).map(([name, damage]) => ({
    ...{ name, expected: name, extension: "mp4", encode: [...yuv("bt601"), ...x264], damage },
  })),
  {
    ...{ name: "past the end", expected: "frame 49", extension: "mp4", at: "01:00:00" },
    encode: [...yuv("bt601"), ...x264],
  },
  { name: "25%", expected: "frame 12", extension: "mkv", at: "25%", encode: [...yuv("bt601"), ...x264] },
  {
    ...{
      name: "cut off in the middle",
      expected: "the last frame before the cut",
      extension: "mp4",
      at: "100%",
    },
    encode: [...yuv("bt601"), ...x264, "-movflags", "+faststart"],
    damage: (content) => content.subarray(0, content.length / 2),
  },
  {
    ...{ name: "second half overwritten", expected: "a whole frame of the first half", extension: "mkv" },
    ...{ at: "100%", encode: [...yuv("bt601"), ...x264] },
    damage: (content) => Buffer.from(content).fill(0x55, Math.floor(content.length / 2)),
  },
  {
    ...{ name: "odd size, 35×21", expected: "small, whole", extension: "webm" },
    ...{ inputs: scene(35, 21), encode: [...yuv("bt601"), "-c:v", "libvpx", "-b:v", "2M"] },
  },
  {
    ...{ name: "16384 wide", expected: "a strip", extension: "mkv", inputs: scene(16384, 64, 0.2), at: "0" },
    encode: [...yuv("bt709"), "-c:v", "ffv1"],
  },
  ...colorCases,
  ...streamCases,
];

export const defaultInputs = sd;
