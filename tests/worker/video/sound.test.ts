import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";
import { ffmpeg, frameNumber, hasEncoder, numberedVideo } from "../videos";

describe("worker: a video whose sound can not be decoded", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
    await numberedVideo(folder.file("video.mp4"));
  });
  after(() => folder.remove());

  async function withSound(name: string, codec: string): Promise<Buffer> {
    const inputs = ["-i", folder.file("video.mp4"), "-f", "lavfi", "-i", "sine=d=2"];
    await ffmpeg([...inputs, "-map", "0", "-map", "1", "-c:v", "copy", "-c:a", codec, folder.file(name)]);
    return folder.read(name);
  }

  /** The video gives its frame, though ffprobe gives the file up where it has a decoder for the sound. */
  async function givesFrame(name: string, content: Buffer, decoder: string): Promise<void> {
    await writeFile(folder.file(name), content);
    const ffprobe = (...args: string[]) => promisify(execFile)("ffprobe", ["-v", "quiet", ...args]);
    if ((await ffprobe("-decoders")).stdout.includes(` ${decoder} `))
      await assert.rejects(ffprobe("-i", folder.file(name)));
    assert.equal(await frameNumber((await frameOf(content, { at: "1.02" })).image), 25);
  }

  it("gives its thumbnail where a header of Vorbis is damaged", async function () {
    if (!(await hasEncoder("libvorbis"))) this.skip();
    const content = await withSound("vorbis.mkv", "libvorbis");
    content.fill(
      0xff,
      content.indexOf("\x05vorbis", 0, "latin1") + 7,
      content.indexOf("\x05vorbis", 0, "latin1") + 60,
    );
    await givesFrame("vorbis.mkv", content, "vorbis");
  });

  it("gives its thumbnail where AAC is of a kind that no decoder knows", async () => {
    const content = await withSound("aac.mp4", "aac");
    // The audio object type, of which 42 is xHE-AAC and 63 none (ISO/IEC 14496-3, 1.6.2.1).
    const specific = content.indexOf("\x05\x80\x80\x80", content.indexOf("esds"), "latin1") + 5;
    content.writeUInt16BE(0xffe8, specific);
    await givesFrame("aac.mp4", content, "aac");
  });
});
