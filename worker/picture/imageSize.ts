import type { ThumbnailFormat } from "../../contract/outputs";

interface Size {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** The size of a picture as our ffmpeg writes it, from its own header. Throws an Error when it has none. */
export function imageSize(image: Buffer, format: ThumbnailFormat): Size {
  const size = readers[format](image);
  if (size === undefined) throw new Error(`ffmpeg wrote something else than a ${format}`);
  return size;
}

const readers: Record<ThumbnailFormat, (image: Buffer) => Size | undefined> = {
  /** https://www.w3.org/TR/png-3/#11IHDR: the first chunk. */
  png: (image) =>
    image.length >= 24 && image.toString("latin1", 12, 16) === "IHDR"
      ? { width: image.readUInt32BE(16), height: image.readUInt32BE(20) }
      : undefined,
  jpg: jpegSize,
  /** RFC 9649, section 2.5, and RFC 6386, section 9.1: one lossy frame. */
  webp: (image) =>
    image.length >= 30 && image.toString("latin1", 8, 16) === "WEBPVP8 "
      ? { width: image.readUInt16LE(26) & 0x3fff, height: image.readUInt16LE(28) & 0x3fff }
      : undefined,
};

/** ITU-T T.81, B.1.1.3 and B.2.2: the frame header among the marker segments. */
function jpegSize(image: Buffer): Size | undefined {
  let position = 2;
  while (position + 9 <= image.length && image[position] === 0xff) {
    const marker = image[position + 1] ?? 0;
    const startOfFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (startOfFrame)
      return { width: image.readUInt16BE(position + 7), height: image.readUInt16BE(position + 5) };
    position += 2 + image.readUInt16BE(position + 2);
  }
  return undefined;
}
