import type { ThumbnailFormat } from "../../contract/outputs";

/** How a picture format is written by ffmpeg. */
export interface Encoding {
  /** The pixel format to encode. */
  readonly pixelFormat: string;
  /** Options of `scale` for how its colours are written where it is not RGB. JPEG readers expect BT.601. */
  readonly scaleOptions: string;
  readonly encoder: readonly string[];
  /** The largest width and height that the encoder takes. */
  readonly maxSidePixels: number;
}

/** Plain pixels, for what the worker itself makes of them. */
export type PictureFormat = ThumbnailFormat | "ppm";

export const encodings: Record<PictureFormat, Encoding> = {
  png: {
    pixelFormat: "rgb24",
    scaleOptions: "",
    // Half the time of zlib's default level, for a few percent more bytes, which this filter wins back on most pictures.
    encoder: ["-c:v", "png", "-compression_level", "4", "-pred", "paeth"],
    maxSidePixels: 32767,
  },
  jpg: {
    pixelFormat: "yuvj420p",
    scaleOptions: "out_color_matrix=bt601:out_range=full",
    encoder: ["-c:v", "mjpeg", "-q:v", "3", "-flags:v", "+bitexact"],
    maxSidePixels: 65500,
  },
  webp: {
    pixelFormat: "yuv420p",
    scaleOptions: "out_color_matrix=bt601:out_range=limited",
    encoder: ["-c:v", "libwebp", "-quality", "82"],
    maxSidePixels: 16383,
  },
  ppm: { pixelFormat: "rgb24", scaleOptions: "", encoder: ["-c:v", "ppm"], maxSidePixels: 32767 },
};

/** The scaling of every picture: exact, and with the colours of each pixel of its own. */
export const scaleQuality = "flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp";
