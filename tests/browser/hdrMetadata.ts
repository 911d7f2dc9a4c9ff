/** Puts MaxCLL, the light of the brightest pixel in cd/m², into an MP4 (ISO/IEC 14496-12, 12.1.6). */
export function contentLight(maxNits: number): (mp4: Buffer) => Buffer {
  const content = Buffer.alloc(4);
  content.writeUInt16BE(maxNits);
  content.writeUInt16BE(Math.min(maxNits, 100), 2);
  return (mp4) => withBox(mp4, "clli", content);
}

/** Puts the light of the display that a video was made on, in cd/m², into an MP4 (ISO/IEC 14496-12, 12.1.7). */
export function masteringLight(maxNits: number): (mp4: Buffer) => Buffer {
  const content = Buffer.alloc(24);
  // Green, blue and red of BT.2020, and D65, in steps of 0.00002; the light in steps of 0.0001 cd/m².
  [8500, 39850, 6550, 2300, 35400, 14600, 15635, 16450].forEach((value, index) =>
    content.writeUInt16BE(value, index * 2),
  );
  content.writeUInt32BE(maxNits * 10_000, 16);
  content.writeUInt32BE(50, 20);
  return (mp4) => withBox(mp4, "mdcv", content);
}

/** Adds a box to the description of the first track, in an MP4 whose index is at its end. */
function withBox(mp4: Buffer, type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 8);
  head.write(type, 4, "latin1");
  const copy = Buffer.from(mp4);
  const moov = copy.indexOf("moov", copy.indexOf("mdat") + copy.readUInt32BE(copy.indexOf("mdat") - 4) - 4);
  const names = ["moov", "trak", "mdia", "minf", "stbl", "stsd", "avc1"];
  let at = moov;
  for (const name of names) {
    at = copy.indexOf(name, at);
    copy.writeUInt32BE(copy.readUInt32BE(at - 4) + content.length + 8, at - 4);
  }
  const end = at - 4 + mp4.readUInt32BE(at - 4);
  return Buffer.concat([copy.subarray(0, end), head, content, copy.subarray(end)]);
}
