import type { GalleryCase } from "./scene";
import { scene, x264, yuv } from "./scene";

const x265 = ["-c:v", "libx265", "-preset", "ultrafast", "-crf", "16", "-x265-params", "log-level=none"];
const card = "the card as it is";

/** Streams that are laid out in other ways than one's own encoder does. */
export const streamCases: readonly GalleryCase[] = [
  {
    name: "HEVC in MPEG-TS",
    expected: card,
    extension: "ts",
    encode: [...yuv("bt601"), ...x265, "-bf", "2"],
  },
  {
    ...{ name: "MPEG-4 part 2 in MPEG-TS", expected: card, extension: "ts" },
    encode: [...yuv("bt601"), "-c:v", "mpeg4", "-q:v", "3", "-bf", "2"],
  },
  {
    ...{ name: "its size changes, before", expected: "480×270", extension: "ts", at: "1" },
    ...{ encode: [...yuv("bt601"), ...x264], then: changed() },
  },
  {
    ...{ name: "its size changes, after", expected: "whole and not stretched", extension: "ts", at: "3" },
    ...{ encode: [...yuv("bt601"), ...x264], then: changed() },
  },
  {
    ...{ name: "begins at 10 s", expected: "frame 25: a second after its first", extension: "mkv" },
    encode: [...yuv("bt601"), ...x264, "-output_ts_offset", "10"],
  },
  {
    ...{ name: "begins at 10 s, in MPEG-TS", expected: "frame 25", extension: "ts" },
    encode: [...yuv("bt601"), ...x264, "-output_ts_offset", "10"],
  },
  ...["XAVC", "dash", "qt  "].map((brand) => ({
    ...{ name: `the brand ${brand.trim()}`, expected: card, extension: "mp4" },
    encode: [...yuv("bt601"), ...x264, "-brand", brand],
  })),
  {
    ...{ name: "fragmented, the brand dash", expected: card, extension: "mp4" },
    encode: [...yuv("bt601"), ...x264, "-movflags", "+dash+frag_keyframe+empty_moov"],
  },
];

/** Two more seconds in another size. */
function changed(): GalleryCase["then"] {
  return { inputs: scene(640, 480), encode: [...yuv("bt601"), ...x264, "-output_ts_offset", "2"] };
}
