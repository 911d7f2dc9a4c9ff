/** What a video tells of its colours, by ffmpeg's names (ITU-T H.273's code points); undefined: nothing. */
export interface ColorTags {
  /** The YCbCr matrix. */
  readonly space: string | undefined;
  readonly primaries: string | undefined;
  readonly transfer: string | undefined;
  /** Of HDR video: the brightest light in it, in cd/m². */
  readonly peakNits: number | undefined;
}

/** The light of HDR video's diffuse white, in cd/m²: ITU-R BT.2408, 2.2. It becomes (nearly) the picture's white. */
const whiteNits = 203;
/** HLG's nominal peak (ITU-R BT.2100, table 5), and what most HDR10 video is graded for. */
const usualPeakNits = 1000;
/**
 * Light up to this share of diffuse white stays as it is, what is above it is compressed: the knee that ITU-R
 * BT.2390 (5.4.1) has for 1000 cd/m² shown with 203.
 */
const kneeOfWhite = 0.46;

/**
 * The matrix that a video's frames are decoded with. A video that does not tell it has that of its primaries, like
 * in Chromium, and else BT.709 when it is HD and BT.601 when it is SD, by the limits that mpv uses.
 */
export function matrixOf(
  tags: ColorTags,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  if (tags.space !== undefined && tags.space in scaleMatrix) return tags.space;
  if (tags.space !== undefined && zimgMatrices.has(tags.space)) return tags.space;
  if (isHdr(tags) || tags.primaries === "bt2020") return "bt2020nc";
  if (tags.primaries === "bt709") return "bt709";
  if (tags.primaries === "smpte170m" || tags.primaries === "bt470bg") return "smpte170m";
  return width >= 1280 || height > 576 ? "bt709" : "smpte170m";
}

/** The matrices that ffmpeg's `scale` knows, with its names for them. */
const scaleMatrix: Readonly<Record<string, string>> = {
  bt709: "bt709",
  fcc: "fcc",
  smpte240m: "smpte240m",
  bt470bg: "bt601",
  smpte170m: "bt601",
  bt2020nc: "bt2020",
};

/** Those that only zimg (ffmpeg's `zscale`) knows. */
const zimgMatrices = new Set(["ycgco", "bt2020c", "ictcp", "chroma-derived-nc", "chroma-derived-c"]);

/** `scale`'s option for decoding with a matrix; RGB, and what zimg decodes, need none. */
export function inputMatrixOption(matrix: string): string {
  const name = scaleMatrix[matrix];
  return name === undefined ? "" : `:in_color_matrix=${name}`;
}

function isHdr({ transfer }: ColorTags): boolean {
  return transfer === "smpte2084" || transfer === "arib-std-b67";
}

/** The primaries of wide gamuts: BT.2020 and both P3. The small differences between the others are left alone. */
const wideGamuts = new Set(["bt2020", "smpte431", "smpte432"]);

/**
 * The filters that turn colours which are not plain SDR's into BT.709 RGB, of frames in `zimgInput`; undefined when
 * there is nothing to do that `scale` does not do alone (which is quicker).
 *
 * HDR (PQ and HLG) is made linear light, 1 being diffuse white; the brightest of R, G and B is compressed below 1,
 * the others keep their ratio to it, so that colours stay; then it is encoded as sRGB. SDR of a wide gamut keeps its
 * transfer function and gets the primaries of BT.709.
 */
export function toPlainRgb(tags: ColorTags, matrix: string, isRgb: boolean): string[] | undefined {
  const from = `min=${isRgb ? "gbr" : matrix}`;
  if (isHdr(tags)) {
    const pin = wideGamuts.has(tags.primaries ?? "") ? tags.primaries : "bt2020";
    // zimg's quick way gives each of R, G and B HLG's system gamma, which is that of their luminance.
    const exact = tags.transfer === "arib-std-b67" ? ":agamma=0" : "";
    const peak = Math.max((tags.peakNits ?? usualPeakNits) / whiteNits, 1.5).toFixed(3);
    return [
      `zscale=${from}:tin=${tags.transfer}:pin=${pin}:m=gbr:t=linear:p=bt709:npl=${whiteNits}${exact}`,
      "format=gbrpf32le",
      `tonemap=mobius:param=${kneeOfWhite}:peak=${peak}:desat=0`,
      `zscale=min=gbr:tin=linear:pin=bt709:m=gbr:t=iec61966-2-1:p=bt709:npl=${whiteNits}`,
      "format=gbrp",
    ];
  }
  const wide = tags.primaries !== undefined && wideGamuts.has(tags.primaries);
  if (!wide && !zimgMatrices.has(matrix)) return undefined;
  const pin = wide ? tags.primaries : "bt709";
  return [`zscale=${from}:tin=bt709:pin=${pin}:m=gbr:t=bt709:p=bt709`, "format=gbrp"];
}

/** The pixel formats that zimg gets frames in: no subsampled chroma, whose odd sizes it refuses. */
export const zimgInput = { rgb: "gbrp16le", yuv: "yuv444p16le" } as const;

/** `scale` refuses to resize frames tagged with a matrix that it does not know, though it does not use it there. */
export const hideMatrix = "setparams=colorspace=bt709";
