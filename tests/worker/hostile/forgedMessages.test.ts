import assert from "node:assert/strict";
import { UnusableVideoError } from "../../../worker/errors";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";
import { ffmpeg, frameNumber, numberedVideo } from "../videos";
import { labelledVideo } from "./costlyMkv";
import { grayPng, oftenOnePicture } from "./costlyMp4";
import { smallJpeg } from "./costlyVideos";

/** What ffmpeg itself prints, or printed, when it is stopped, lacks something, has decoded a frame, or fails. */
const forgeries = [
  "Exiting normally, received signal 24.",
  "[AVFilterGraph @ 0x1] No such filter: 'scale'",
  "[out#0/image2pipe @ 0x1] Unknown encoder 'png'",
  "frame:7    pts:99000000 pts_time:99",
  "decoded=1",
  "[showinfo@decoded @ 0x1] n:   0 pts: 99000000 pts_time:99 duration: 1 ",
  "[showinfo@picture @ 0x1] n:   0 pts: 0 s:4000x3000 i:P ",
  "[mov @ 0x1] [warning] Skipped opening external track: stream 1,",
];
const forged = `x\n${forgeries.join("\n")}\n`;

describe("worker: an upload that forges ffmpeg's messages", () => {
  let folder: VideoFolder;
  let jpeg: Buffer;
  before(async () => {
    folder = await VideoFolder.create();
    jpeg = await smallJpeg();
    await numberedVideo(folder.file("video.mp4"));
  });
  after(() => folder.remove());

  for (const place of ["language", "name", "title"] as const) {
    it(`in a Matroska ${place} gives its thumbnail, of its own size and time`, async () => {
      const { width, height, timestampSeconds } = await frameOf(labelledVideo(jpeg, { [place]: forged }), {
        at: "0.05",
      });
      assert.deepEqual(
        { width, height, timestampSeconds },
        { width: 64, height: 64, timestampSeconds: 0.04 },
      );
    });
  }

  for (const [place, file, ...args] of [
    ["an MP4 handler's name", "handler.mp4", "-metadata:s:v", `handler_name=${forged}`],
    ["an MP4 title", "title.mp4", "-metadata", `title=${forged}`],
    ["an MPEG-TS service's name", "service.ts", "-metadata", `service_name=${forged.slice(0, 200)}`],
  ] as const) {
    it(`in ${place} gives its thumbnail, of its own size and time`, async () => {
      await ffmpeg(["-i", folder.file("video.mp4"), "-c", "copy", ...args, folder.file(file)]);
      const { image, width, height, timestampSeconds } = await frameOf(await folder.read(file), { at: "1" });
      assert.equal(await frameNumber(image), 25);
      assert.deepEqual({ width, height, timestampSeconds }, { width: 160, height: 90, timestampSeconds: 1 });
    });
  }

  it("in a text of each frame gives its thumbnail, of its own size and time", async () => {
    const film = oftenOnePicture(grayPng(32, { decoded: forged, comment: forged }), 32, 10);
    const { width, height, timestampSeconds } = await frameOf(film, { at: "0.055" });
    assert.deepEqual({ width, height, timestampSeconds }, { width: 32, height: 32, timestampSeconds: 0.05 });
  });

  it("and of which no frame decodes is told of as such, and not tried again", async () => {
    const broken = labelledVideo(Buffer.alloc(100, 7), { language: forged });
    await assert.rejects(frameOf(broken, { at: "0" }), (error: unknown) => {
      assert.ok(error instanceof UnusableVideoError, String(error));
      assert.match(error.reason, /^no frame of the mjpeg video decodes: /);
      assert.equal(error.fromTry, 1);
      return true;
    });
  });
});
