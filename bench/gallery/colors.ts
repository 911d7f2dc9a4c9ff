import type { GalleryCase } from "./scene";
import { hdr, hdrFilters, scene, tags, x264, yuv } from "./scene";

const svtAv1 = ["-c:v", "libsvtav1", "-preset", "10", "-crf", "16"];
const vp9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "6M"];
const bt2020 = (transfer: string) => tags("bt2020nc", "bt2020", transfer);
const fading = "format=gbrap,geq=r=r(X\\,Y):g=g(X\\,Y):b=b(X\\,Y):a=255*(1-X/W),format=yuva420p";
const lit = "as HDR10";
const card = "the card as it is";
/** A ramp of gray over one of skin, one of sky and the strongest colours, each lit from nothing to five times white. */
const ramps = [
  "color=black:s=480x270:r=25:d=2,format=gbrp",
  `geq=r=${ramp("r")}:g=${ramp("g")}:b=${ramp("b")}`,
].join(",");

function ramp(plane: "r" | "g" | "b"): string {
  const shares = { r: [255, 224, 120, 255, 20], g: [255, 172, 165, 20, 60], b: [255, 138, 210, 20, 255] }[
    plane
  ];
  const [gray, skin, sky, red, blue] = shares.map((share) => `${share}*X/W`);
  const row = "floor(Y*5/H)";
  return `if(eq(${row},0),${gray},if(eq(${row},1),${skin},if(eq(${row},2),${sky},if(eq(${row},3),${red},${blue}))))`.replaceAll(
    ",",
    "\\,",
  );
}

/** Tags and colours that decide what a browser shows. */
export const colorCases: readonly GalleryCase[] = [
  {
    name: "HDR10, ramps",
    expected: "grays are gray",
    extension: "mp4",
    inputs: ["-f", "lavfi", "-i", ramps],
    encode: hdr("smpte2084"),
  },
  {
    name: "HLG, ramps",
    expected: "as before",
    extension: "mp4",
    inputs: ["-f", "lavfi", "-i", ramps],
    encode: hdr("arib-std-b67"),
  },
  {
    ...{ name: "AV1, PQ, without metadata", expected: lit, extension: "mp4" },
    encode: [...hdrFilters("smpte2084"), ...svtAv1, ...bt2020("smpte2084")],
  },
  {
    ...{
      name: "AV1, PQ, ramps",
      expected: "as before",
      extension: "mp4",
      inputs: ["-f", "lavfi", "-i", ramps],
    },
    encode: [...hdrFilters("smpte2084"), ...svtAv1, ...bt2020("smpte2084")],
  },
  {
    ...{ name: "VP9, HLG", expected: lit, extension: "webm" },
    encode: [...hdrFilters("arib-std-b67"), ...vp9, "-profile:v", "2", ...bt2020("arib-std-b67")],
  },
  {
    ...{ name: "transparent (VP8)", expected: "the card fades to black", extension: "webm" },
    encode: ["-vf", fading, "-c:v", "libvpx", "-auto-alt-ref", "0", "-b:v", "4M"],
  },
  {
    ...{ name: "transparent (VP9)", expected: "the card fades to black", extension: "webm" },
    encode: ["-vf", fading, ...vp9],
  },
  {
    ...{ name: "H.264, 1280×536, untagged", expected: card, extension: "mp4", inputs: scene(1280, 536) },
    encode: [...yuv("bt601"), ...x264],
  },
  {
    ...{ name: "VP9, HD, untagged", expected: card, extension: "webm", inputs: scene(1280, 720) },
    encode: [...yuv("bt601"), ...vp9],
  },
  {
    ...{ name: "H.264, only its matrix told", expected: card, extension: "mp4" },
    encode: [...yuv("bt601"), ...x264, "-colorspace", "bt709"],
  },
  {
    ...{ name: "H.264, PAL's colours", expected: "darker, as in a browser", extension: "mp4" },
    encode: [...yuv("bt601"), ...x264, ...tags("bt470bg", "bt470bg", "gamma28")],
  },
  {
    ...{ name: "H.264, reserved colours", expected: card, extension: "mp4" },
    encode: [
      ...[...yuv("bt601"), ...x264, "-bsf:v"],
      "h264_metadata=colour_primaries=3:transfer_characteristics=3:matrix_coefficients=3",
    ],
  },
];
