import assert from "node:assert/strict";
import { inflateSync } from "node:zlib";

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** Throws unless the picture is a PNG of 8-bit RGB with all of its pixels. https://www.w3.org/TR/png-3/ */
export function assertWholePng(picture: Buffer): void {
  assert.ok(picture.subarray(0, 8).equals(signature), "no PNG");
  const data: Buffer[] = [];
  let [width, height, ended] = [0, 0, false];
  for (let position = 8; position < picture.length;) {
    const length = picture.readUInt32BE(position);
    const type = picture.toString("latin1", position + 4, position + 8);
    const content = picture.subarray(position + 8, position + 8 + length);
    if (type === "IHDR") [width, height] = [content.readUInt32BE(0), content.readUInt32BE(4)];
    if (type === "IDAT") data.push(content);
    if (type === "IEND") ended = true;
    position += length + 12;
  }
  assert.ok(ended, "the PNG has no end");
  assert.equal(inflateSync(Buffer.concat(data)).length, height * (1 + 3 * width));
}
