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
  /** Changes the file as it was written. */
  readonly damage?: (content: Buffer) => Buffer;
}

/**
 * ffmpeg's test card with its frame numbers, and over it a circle that shows whether pixels are square, with a patch
 * of skin, one of gray, and one of white.
 */
function scene(width: number, height: number, seconds = 2, rate = 25): string[] {
  const card = `testsrc2=s=${width}x${height}:r=${rate}:d=${seconds},format=gbrp`;
  const patch = (color: string, left: number) =>
    `drawbox=x=iw*${left}:y=ih*0.7:w=iw*0.1:h=ih*0.2:color=${color}:t=fill`;
  const ring = "between(hypot(X-W/2\\,Y-H/2)\\,H*0.3\\,H*0.33)";
  const drawn = (plane: string) => `if(${ring}\\,255\\,${plane}(X\\,Y))`;
  const circle = `geq=r=${drawn("r")}:g=${drawn("g")}:b=${drawn("b")}`;
  const patches = [patch("0xE0AC8A", 0.3), patch("0x808080", 0.45), patch("white", 0.6)];
  return ["-f", "lavfi", "-i", [card, ...patches, circle].join(",")];
}

const sd = scene(480, 270);
const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-g", "25", "-bf", "2"];
const yuv = (matrix: string, range = "limited", format = "yuv420p") => [
  "-vf",
  `scale=out_color_matrix=${matrix}:out_range=${range},format=${format}`,
];
const tags = (space: string, primaries = "bt709", transfer = "bt709") =>
  ["-colorspace", space, "-color_primaries", primaries].concat(["-color_trc", transfer]);

/** Diffuse white at 203 cd/m²; the right third is lit five times as bright. */
function hdr(transfer: string): string[] {
  const linear = "zscale=min=gbr:tin=iec61966-2-1:pin=bt709:t=linear:p=bt2020:m=gbr:npl=203,format=gbrpf32le";
  const lit = (plane: string) => `${plane}(X\\,Y)*if(gt(X\\,W*0.66)\\,5\\,1)`;
  const light = `geq=r=${lit("r")}:g=${lit("g")}:b=${lit("b")}`;
  const encoded = `zscale=min=gbr:tin=linear:pin=bt2020:t=${transfer}:p=bt2020:m=bt2020nc:r=limited:npl=203:agamma=0`;
  const x265 = ["-c:v", "libx265", "-preset", "ultrafast", "-crf", "12", "-x265-params", "log-level=none"];
  return ["-vf", `${linear},${light},${encoded},format=yuv420p10le`, ...x265].concat(
    tags("bt2020nc", "bt2020", transfer),
  );
}

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
];

export const defaultInputs = sd;
