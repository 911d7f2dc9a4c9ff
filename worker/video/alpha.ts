import type { ReportedStream } from "./ffprobeReport";

type Stream = Pick<ReportedStream, "codec_name" | "pix_fmt" | "tags">;

/** Whether a video's picture may be transparent in parts. */
export function hasAlpha(stream: Stream): boolean {
  // Planar YUVA and GBRA, packed RGBA in its orders, gray with alpha, palettes.
  const pixelsHaveIt = /^(yuva|gbrap|rgba|bgra|argb|abgr|ya\d|pal8)/.test(stream.pix_fmt ?? "");
  return pixelsHaveIt || alphaDecoderOf(stream) !== undefined;
}

/** ffmpeg's own decoders of these codecs, and what it tells of their pixels, leave the alpha out. */
const alphaDecoders: Readonly<Record<string, string>> = { vp8: "libvpx", vp9: "libvpx-vp9" };

/**
 * The decoder for a transparent WebM: its alpha is a second stream beside each frame, of which nothing but a tag of the
 * track tells (https://wiki.webmproject.org/alpha-channel). Undefined: ffmpeg's usual decoder gives all of the video.
 */
export function alphaDecoderOf({ codec_name, tags }: Stream): string | undefined {
  const mode = Object.entries(tags).find(([name]) => name.toLowerCase() === "alpha_mode")?.[1];
  return mode === "1" ? alphaDecoders[codec_name] : undefined;
}
