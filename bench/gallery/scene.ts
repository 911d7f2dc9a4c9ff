/** One kind of video, and what its thumbnail is to look like. */
export interface GalleryCase {
  readonly name: string;
  /** What to see. */
  readonly expected: string;
  readonly extension: string;
  readonly at?: string;
  /** ffmpeg's inputs; by default `scene`, two seconds of it. */
  readonly inputs?: readonly string[];
  readonly encode: readonly string[];
  /** A second part, which is put behind the first. */
  readonly then?: { readonly inputs: readonly string[]; readonly encode: readonly string[] };
  /** Changes the file as it was written. */
  readonly damage?: (content: Buffer) => Buffer;
}

/**
 * ffmpeg's test card with its frame numbers, and over it a circle that shows whether pixels are square, with a patch
 * of skin, one of gray, and one of white.
 */
export function scene(width: number, height: number, seconds = 2, rate = 25): string[] {
  const card = `testsrc2=s=${width}x${height}:r=${rate}:d=${seconds},format=gbrp`;
  const patch = (color: string, left: number) =>
    `drawbox=x=iw*${left}:y=ih*0.7:w=iw*0.1:h=ih*0.2:color=${color}:t=fill`;
  const ring = "between(hypot(X-W/2\\,Y-H/2)\\,H*0.3\\,H*0.33)";
  const drawn = (plane: string) => `if(${ring}\\,255\\,${plane}(X\\,Y))`;
  const circle = `geq=r=${drawn("r")}:g=${drawn("g")}:b=${drawn("b")}`;
  const patches = [patch("0xE0AC8A", 0.3), patch("0x808080", 0.45), patch("white", 0.6)];
  return ["-f", "lavfi", "-i", [card, ...patches, circle].join(",")];
}

export const sd = scene(480, 270);
export const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-g", "25", "-bf", "2"];
export const yuv = (matrix: string, range = "limited", format = "yuv420p") => [
  "-vf",
  `scale=out_color_matrix=${matrix}:out_range=${range},format=${format}`,
];
export const tags = (space: string, primaries = "bt709", transfer = "bt709") =>
  ["-colorspace", space, "-color_primaries", primaries].concat(["-color_trc", transfer]);

/** Diffuse white at 203 cd/m²; the right third is lit five times as bright. */
export function hdr(transfer: string): string[] {
  const x265 = ["-c:v", "libx265", "-preset", "ultrafast", "-crf", "12", "-x265-params", "log-level=none"];
  return [...hdrFilters(transfer), ...x265, ...tags("bt2020nc", "bt2020", transfer)];
}

export function hdrFilters(transfer: string): string[] {
  const linear = "zscale=min=gbr:tin=iec61966-2-1:pin=bt709:t=linear:p=bt2020:m=gbr:npl=203,format=gbrpf32le";
  const lit = (plane: string) => `${plane}(X\\,Y)*if(gt(X\\,W*0.66)\\,5\\,1)`;
  const light = `geq=r=${lit("r")}:g=${lit("g")}:b=${lit("b")}`;
  const encoded = `zscale=min=gbr:tin=linear:pin=bt2020:t=${transfer}:p=bt2020:m=bt2020nc:r=limited:npl=203:agamma=0`;
  return ["-vf", `${linear},${light},${encoded},format=yuv420p10le`];
}
