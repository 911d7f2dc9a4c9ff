/** What a video tells of its colours, by ffmpeg's names (ITU-T H.273's code points); undefined: nothing. */
export interface ColorTags {
  /** The YCbCr matrix; `gbr` for RGB. */
  readonly space: string | undefined;
  readonly primaries: string | undefined;
  readonly transfer: string | undefined;
  readonly range: "full" | "limited" | undefined;
  /** Of HDR video: the brightest light in it, in cd/m². */
  readonly peakNits: number | undefined;
}

/** What a video's colours are taken for, by ffmpeg's names. */
export interface Colors {
  readonly matrix: string;
  readonly primaries: string;
  readonly transfer: string;
  /** Undefined: what each frame says of itself. */
  readonly range: "full" | "limited" | undefined;
  readonly peakNits: number | undefined;
}

/** What {@link colorsOf} needs to know of a track. */
interface TaggedTrack {
  /** ffmpeg's name. */
  readonly codec: string;
  readonly color: ColorTags;
  /** Lines, once non-square pixels are squared; before rotation. */
  readonly shownHeight: number;
}

/**
 * The colours that a track is shown in, by the rules of Chromium where the tags do not say all of it
 * (docs/colors.md has them as a table, and `npm run test:browser` holds them against it).
 */
export function colorsOf({ codec, color, shownHeight }: TaggedTrack): Colors {
  const told = codec === "vp9" ? byVp9Matrix(known(color)) : known(color);
  const { peakNits, range } = color;
  if (isHdrTransfer(told.transfer))
    return {
      matrix: decodable(told) ?? "bt2020nc",
      primaries: told.primaries ?? "bt2020",
      transfer: told.transfer,
      range,
      peakNits,
    };
  const { space, primaries, transfer } = told;
  if (space !== undefined && primaries !== undefined && transfer !== undefined)
    return { matrix: decodable(told) ?? space, primaries, transfer, range, peakNits };
  return { ...guess(codec, told, shownHeight), peakNits };
}

/** The matrices that ffmpeg decodes with, and `gbr`; another one is as good as none. */
const matrices = new Set(
  "gbr bt709 fcc smpte240m bt470bg smpte170m bt2020nc ycgco bt2020c ictcp chroma-derived-nc chroma-derived-c".split(
    " ",
  ),
);

function known(tags: ColorTags): ColorTags {
  return tags.space === undefined || matrices.has(tags.space) ? tags : { ...tags, space: undefined };
}

/** The matrix, or the nearest to one that makes no sense with the rest (ITU-T H.273, 8.3, says what goes with what). */
function decodable({ space, primaries, transfer }: ColorTags): string | undefined {
  const isHdr = isHdrTransfer(transfer);
  if (space === "ictcp" && !(isHdr && primaries === "bt2020")) return "bt2020nc";
  if (space === "bt2020c" && isHdr) return "bt2020nc";
  if (space?.startsWith("chroma-derived") && primaries === "smpte428") return "bt709";
  return space;
}

/** HDR video, PQ or HLG (ITU-R BT.2100). */
export function isHdrTransfer(transfer: string | undefined): transfer is "smpte2084" | "arib-std-b67" {
  return transfer === "smpte2084" || transfer === "arib-std-b67";
}

const bt709 = { matrix: "bt709", primaries: "bt709", transfer: "bt709" } as const;
/** The primaries of NTSC and PAL differ from those of BT.709 by less than what is told of them. */
const bt601 = { ...bt709, matrix: "smpte170m" } as const;

/** From how many lines on video that does not tell its matrix is taken for HD. */
const hdLines = 720;

/** Of a video that does not tell all of it: what is told in part counts as not told. */
function guess(codec: string, { space, primaries, transfer, range }: ColorTags, shownHeight: number) {
  const tellsNothing = space === undefined && primaries === undefined && transfer === undefined;
  if (space === "gbr") return { ...bt709, matrix: "gbr", range };
  if (codec === "vp9" || codec === "av1") return { ...bt601, range: "limited" as const };
  if (!playedByBrowsers.has(codec))
    return {
      ...(shownHeight < hdLines ? bt601 : bt709),
      ...(space === undefined ? {} : { matrix: space }),
      range,
    };
  // JFIF's colours, which are what cameras mean that write full range and nothing else. VP8 has no such range.
  if (tellsNothing && range === "full" && codec !== "vp8") return { ...bt601, range };
  return { ...(shownHeight < hdLines ? bt601 : bt709), range: "limited" as const };
}

/** Where a browser sets no rule, a matrix that is told alone counts. VP9 and AV1 have rules of their own. */
const playedByBrowsers = new Set(["h264", "hevc", "vp8"]);

/** VP9's own header has one field for all of it: a matrix, which stands for the system that it is from. */
function byVp9Matrix(tags: ColorTags): ColorTags {
  if (tags.space === undefined || (tags.primaries !== undefined && tags.transfer !== undefined)) return tags;
  const system = tags.space === "bt2020nc" ? "bt2020" : "bt709";
  return { ...tags, primaries: system, transfer: "bt709" };
}
