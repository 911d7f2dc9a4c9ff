import type { FlatVideo } from "../worker/picture/flatVideos";

/** A video that the browser plays and the worker takes a picture of. */
export interface BrowserCase {
  /** What it is one of: a row of the table. */
  readonly group: string;
  readonly name: string;
  readonly extension: "mp4" | "webm" | "mkv";
  readonly video: FlatVideo;
  /** Changes the file as it was written. */
  readonly change?: (content: Buffer) => Buffer;
  /** It is shown on its side. */
  readonly onSide?: boolean;
  /** How far a channel may be from the browser's, of 255: by default 3. */
  readonly within?: number;
  /** Why the worker's picture is another one than the browser's. */
  readonly exception?: Exception;
}

/** Where the worker's picture is not the browser's, and why. One that is no longer one fails the test. */
export interface Exception {
  readonly reason: string;
}

const exception = (reason: string): Exception => ({ reason });

export const exceptions = {
  softwareMatrix: exception(
    "the standard is kept: without a GPU, Chromium decodes all matrices but those of BT.601, BT.709 and BT.2020 as BT.601",
  ),
  softwareBlue: exception(
    "the standard is kept: without a GPU, Chromium's conversion from BT.709 and BT.2020 limits the weight of Cb, so that " +
      "strong blues and yellows are off by up to 16 of 255 in blue, others by 4 in 10 bits; with one they are as here",
  ),
  h264Rgb: exception("a fault of Chromium's, which takes the planes of RGB for others"),
  cinemaTransfer: exception(
    "SMPTE ST 428's transfer function is not one of ffmpeg's, and found in no upload but a test's",
  ),
  halfTaggedHdr: exception(
    "the standard is kept: Chromium shows video that tells PQ or HLG, and not all of the rest, as if it were SDR, pale",
  ),
} as const;

/** The patches of the videos: two rows of five, as RGB. Skin, red, green, sky, brick; black to white. */
export const patches = { columns: 5, rows: 2 } as const;
export const patchColors = [
  ...["D9AE94", "C83C64", "32A064", "96A5BE", "A85F50"],
  ...["101010", "404040", "808080", "C0C0C0", "F0F0F0"],
].map((hex) => [...Buffer.from(hex, "hex")].map((level) => level / 255));

/** Arguments of ffmpeg for an encoder that changes the colours by no more than rounding. */
export const encoders = {
  h264: ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "1"],
  hevc: [
    "-c:v",
    "libx265",
    "-preset",
    "ultrafast",
    "-x265-params",
    "lossless=1:log-level=none",
    "-tag:v",
    "hvc1",
  ],
  vp8: ["-c:v", "libvpx", "-qmin", "0", "-qmax", "4", "-b:v", "9M", "-deadline", "realtime"],
  vp9: ["-c:v", "libvpx-vp9", "-lossless", "1", "-deadline", "realtime", "-cpu-used", "8"],
  av1: ["-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8", "-crf", "2"],
} as const;
export type Codec = keyof typeof encoders;

export const fullRange = ["-color_range", "pc"];

/** Tags, by ffmpeg's names; undefined: not told. */
export interface Tags {
  readonly space?: string;
  readonly primaries?: string;
  readonly transfer?: string;
}

export function tagged({ space, primaries, transfer }: Tags): string[] {
  const options = { colorspace: space, color_primaries: primaries, color_trc: transfer };
  return Object.entries(options).flatMap(([option, value]) =>
    value === undefined ? [] : [`-${option}`, value],
  );
}

export const containers: Record<Codec, BrowserCase["extension"]> = {
  h264: "mp4",
  hevc: "mp4",
  vp8: "webm",
  vp9: "webm",
  av1: "mp4",
};

/** A video of the patches. */
export function patchVideo(
  codec: Codec,
  more: readonly string[] = [],
  video: Omit<FlatVideo, "encode"> = {},
): FlatVideo {
  return {
    colors: patchColors,
    rows: patches.rows,
    frames: 2,
    ...video,
    encode: [...encoders[codec], ...more],
  };
}
