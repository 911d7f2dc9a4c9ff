import type { Colors } from "../video/colors";
import { isHdrTransfer } from "../video/colors";
import { toneCurve, whiteNits } from "./toneCurve";

/** The matrices that ffmpeg's `scale` knows, with its names for them. */
const scaleMatrix: Readonly<Record<string, string>> = {
  bt709: "bt709",
  fcc: "fcc",
  smpte240m: "smpte240m",
  bt470bg: "bt601",
  smpte170m: "bt601",
  bt2020nc: "bt2020",
};

/** `scale`'s option for decoding with a matrix; RGB, and what zimg decodes, need none. */
export function inputMatrixOption({ matrix }: Colors): string {
  const name = scaleMatrix[matrix];
  return name === undefined ? "" : `:in_color_matrix=${name}`;
}

/**
 * The primaries that browsers convert to those of BT.709, as far as zimg knows them. Those of NTSC are not among them,
 * whose small differences are left alone.
 */
const convertedPrimaries = new Set(
  "bt2020 smpte431 smpte432 bt470m bt470bg film smpte428 jedec-p22 ebu3213".split(" "),
);
/** The transfer functions that are shown as another one than sRGB's, with zimg's names for them. */
const convertedTransfers: Readonly<Record<string, string>> = {
  bt470m: "bt470m",
  gamma22: "bt470m",
  bt470bg: "bt470bg",
  gamma28: "bt470bg",
  linear: "linear",
};
const sRgb = "iec61966-2-1";

/**
 * The filters that turn colours which are not plain SDR's into those of sRGB, of frames in `zimgInput`; undefined when
 * there is nothing to do that `scale` does not do alone (which is quicker).
 */
export function toPlainRgb(colors: Colors, isRgb: boolean): string[] | undefined {
  const from = `min=${isRgb ? "gbr" : colors.matrix}`;
  if (isHdrTransfer(colors.transfer)) return toSdr(colors, from);
  const pin = convertedPrimaries.has(colors.primaries) ? colors.primaries : "bt709";
  // That of constant luminance is bound to this transfer function.
  const plain = colors.matrix === "bt2020c" ? "bt709" : sRgb;
  const tin = (plain === sRgb ? convertedTransfers[colors.transfer] : undefined) ?? plain;
  if (pin === "bt709" && tin === plain && (isRgb || colors.matrix in scaleMatrix)) return undefined;
  return [`zscale=${from}:tin=${tin}:pin=${pin}:m=gbr:t=${plain}:p=bt709`, "format=gbrp"];
}

/**
 * HDR (PQ and HLG) is made linear light in primaries that hold all its colours. Its brightest of R, G and B goes
 * through the curve, and the others keep their ratio to it, so that hues stay and grays are gray; what is then not a
 * colour of sRGB is clipped.
 */
function toSdr({ primaries, transfer, peakNits }: Colors, from: string): string[] {
  const pin = convertedPrimaries.has(primaries) ? primaries : primaries === "bt709" ? "bt709" : "bt2020";
  // zimg's quick way gives each of R, G and B HLG's system gamma, which is that of their luminance.
  const exact = transfer === "arib-std-b67" ? ":agamma=0" : "";
  const { gain, knee, peak } = toneCurve(peakNits);
  const npl = (whiteNits / gain).toFixed(1);
  return [
    `zscale=${from}:tin=${transfer}:pin=${pin}:m=gbr:t=linear:p=bt2020:npl=${npl}${exact}`,
    "format=gbrpf32le",
    `tonemap=mobius:param=${knee.toFixed(3)}:peak=${peak.toFixed(3)}:desat=0`,
    // Light beyond the peak keeps its hue, too.
    "tonemap=clip:param=1:desat=0",
    `zscale=min=gbr:tin=linear:pin=bt2020:m=gbr:t=${sRgb}:p=bt709`,
    "format=gbrp",
  ];
}

/** The pixel formats that zimg gets frames in: no subsampled chroma, whose odd sizes it refuses. */
export const zimgInput = { rgb: "gbrp16le", yuv: "yuv444p16le" } as const;

/** `scale` refuses to resize frames tagged with a matrix that it does not know, though it does not use it there. */
export const hideMatrix = "setparams=colorspace=bt709";
