import { PNG } from "pngjs";
import type { StoredObject } from "../../ops/bucketOnTheWire";

/** A picture of one colour, 16 to 9. */
export function picture(red: number, green: number, blue: number): Buffer {
  const png = new PNG({ width: 32, height: 18 });
  for (let at = 0; at < png.data.length; at += 4) png.data.set([red, green, blue, 255], at);
  return PNG.sync.write(png);
}

/** A thumbnail as a worker stores it. */
export function thumbnail(
  videoKey: string,
  body: Buffer = picture(40, 90, 160),
  metadata: Record<string, string> = {},
): Partial<StoredObject> {
  return {
    body,
    metadata: {
      "video-key": encodeURIComponent(videoKey),
      "video-last-modified": "2026-01-01T00:00:00.000Z",
      "thumb-hash": "1QcSHQRnh493V4dIh4eXh1h4kJUI",
      "dominant-color": "#285aa0",
      "timestamp-seconds": "2",
      width: "32",
      height: "18",
      ...metadata,
    },
  };
}
