import assert from "node:assert/strict";
import { ffmpeg, hasEncoder } from "../videos";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";
import { kindsDescribe } from "../manyKinds";

/**
 * A white bar on black, 16 of 256 pixels wide, that moves 8 pixels to the right with each field: 50 fields a second,
 * woven to 25 frames. Frame n shows it from 16 n on in its first field, from 16 n + 8 on in its second.
 */
const movingBar = "color=black:s=256x128:r=50:d=0.6,format=gray,geq=lum='255*between(X-8*N\\,0\\,15)'";
const weave = `${movingBar},tinterlace=interleave_top,setfield=tff,format=yuv420p`;

kindsDescribe("worker: interlaced video", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
  });
  after(() => folder.remove());

  /** How many of the picture's rows differ from the one above them in more than a few pixels. */
  async function combedRows(picture: Buffer): Promise<{ rows: number; left: number }> {
    const pixels = await ffmpeg(["-i", "pipe:0", "-pix_fmt", "gray", "-f", "rawvideo", "pipe:1"], picture);
    const rows = Array.from({ length: 128 }, (_, y) => pixels.subarray(y * 256, (y + 1) * 256));
    const combed = rows.slice(9, 119).filter((row, index) => {
      return row.filter((level, x) => Math.abs(level - rows[index + 8]![x]!) > 90).length > 4;
    });
    return { rows: combed.length, left: rows[64]!.findIndex((level) => level > 127) };
  }

  for (const [name, extension, encoder, encode] of [
    ["H.264", "mp4", "libx264", ["-flags", "+ildct+ilme", "-qp", "4", "-x264-params", "tff=1", "-g", "10"]],
    ["MPEG-2", "mpg", "mpeg2video", ["-flags", "+ildct+ilme", "-q:v", "2", "-g", "10", "-bf", "2"]],
    ["MPEG-2", "ts", "mpeg2video", ["-flags", "+ildct+ilme", "-q:v", "2", "-g", "10", "-bf", "2"]],
    ["ProRes", "mov", "prores_ks", ["-flags", "+ildct", "-field_order", "tt", "-pix_fmt", "yuv422p10le"]],
  ] as const) {
    it(`has no combs, and is the right frame, in ${name} (.${extension}, made by ${encoder})`, async function () {
      if (!(await hasEncoder(encoder))) this.skip();
      const file = `video.${extension}`;
      await ffmpeg(["-f", "lavfi", "-i", weave, "-c:v", encoder, ...encode, folder.file(file)]);
      const content = await folder.read(file);
      for (const [at, frame] of [
        ["0", 0],
        ["0.08", 2],
        ["0.3", 7],
        ["0.44", 11],
        ["100%", 14],
      ] as const) {
        const { image } = await frameOf(content, { at });
        const { rows, left } = await combedRows(image);
        assert.ok(rows < 5, `${rows} rows of combs at ${at}`);
        assert.ok(Math.abs(left - 16 * frame) <= 8, `the bar is at ${left} at ${at}`);
      }
    });
  }

  it("is left alone where it is progressive", async () => {
    const rows = "color=black:s=256x128:r=25:d=0.2,format=gray,geq=lum='255*mod(Y\\,2)',format=yuv420p";
    await ffmpeg(["-f", "lavfi", "-i", rows, "-c:v", "libx264", "-qp", "1", folder.file("rows.mp4")]);
    const { image } = await frameOf(await folder.read("rows.mp4"), { at: "0.1" });
    assert.ok((await combedRows(image)).rows > 100);
  });
});
