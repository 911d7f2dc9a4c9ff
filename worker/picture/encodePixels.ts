import type { ThumbnailFormat } from "../../contract/outputs";
import type { Allowance } from "../child/allowance";
import { runChild } from "../child/childProcess";
import { encodings, scaleQuality } from "./encoding";

/** Pictures of one size, row by row, three bytes a pixel: red, green and blue of plain sRGB. */
export interface RgbFrames {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly frames: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** What RGB pictures become. */
export type PixelEncoding =
  | { readonly format: ThumbnailFormat }
  /** An animation that begins anew when it ends. */
  | {
      readonly format: "animated-webp";
      readonly framesPerSecond: number;
      readonly quality: number;
      /** In pixels; undefined: that of the pictures. */
      readonly size?: { readonly width: number; readonly height: number };
    };

const maxImageBytes = 64 * 1024 * 1024;

/** Encodes pictures: one, or those of an animation. Throws an Error with ffmpeg's words, and what runChild throws. */
export async function encodePixels(
  { width, height, frames }: RgbFrames,
  encoding: PixelEncoding,
  allowance: Allowance,
  signal: AbortSignal,
): Promise<Buffer> {
  const isAnimated = encoding.format === "animated-webp";
  const { pixelFormat, scaleOptions, encoder } = isAnimated
    ? animatedWebP(encoding.quality)
    : encodings[encoding.format];
  const rate = isAnimated ? encoding.framesPerSecond : 1;
  const size = isAnimated && encoding.size ? `w=${encoding.size.width}:h=${encoding.size.height}:` : "";
  const filters = `scale=${size}${scaleOptions === "" ? "" : `${scaleOptions}:`}${scaleQuality},format=${pixelFormat}`;
  const args = [
    ...["-hide_banner", "-nostdin", "-nostats", "-loglevel", "error"],
    ...["-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", `${width}x${height}`],
    ...["-framerate", String(rate), "-i", "pipe:0", "-filter_threads", "1", "-vf", filters],
    ...(isAnimated
      ? [...encoder, "-loop", "0", "-f", "webp"]
      : ["-frames:v", "1", ...encoder, "-f", "image2pipe"]),
    "pipe:1",
  ];
  const words: string[] = [];
  const { stdout, exitCode } = await runChild("ffmpeg", args, allowance, signal, {
    input: frames,
    output: { maxBytes: maxImageBytes },
    onMessage: (line) => words.push(line),
  });
  if (exitCode !== 0 || stdout.length === 0)
    throw new Error(`ffmpeg wrote no ${encoding.format}: ${words.slice(0, 3).join("; ")}`);
  return isAnimated ? withLength(stdout) : stdout;
}

/**
 * A WebP file with its length in its header: in a pipe ffmpeg cannot go back to write it there, and some versions write it
 * behind the last chunk instead. https://developers.google.com/speed/webp/docs/riff_container#webp_file_header
 */
function withLength(webp: Buffer): Buffer {
  const chunkHeaderBytes = 8;
  let end = chunkHeaderBytes + "WEBP".length;
  while (end + chunkHeaderBytes <= webp.length) {
    const bytes = webp.readUInt32LE(end + 4);
    end += chunkHeaderBytes + bytes + (bytes % 2);
  }
  webp.writeUInt32LE(end - chunkHeaderBytes, 4);
  return webp.subarray(0, end);
}

/**
 * Each picture by itself. libwebp's own encoder of animations (`libwebp_anim`) leaves out what differs little from the picture
 * before, again and again, so that what moves slowly breaks up, for few bytes less.
 */
function animatedWebP(quality: number) {
  return { ...encodings.webp, encoder: ["-c:v", "libwebp", "-quality", String(quality)] };
}
