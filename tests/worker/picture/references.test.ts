import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";
import { thumbnailMetadata } from "../../../contract/outputs";
import { metadataOf } from "../../../worker/storing/thumbnailMetadata";
import { ffmpeg, hasEncoder } from "../videos";
import { kindsDescribe } from "../manyKinds";

const size = { width: 160, height: 96 };
/** 6 seconds of 10 frames, all different, a keyframe each 2 seconds. */
const source = ["-f", "lavfi", "-i", `testsrc2=s=${size.width}x${size.height}:r=10:d=6`];
const hevc = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params"];
const openGop = "log-level=none:keyint=20:min-keyint=20:scenecut=0:bframes=3";

kindsDescribe("worker: the picture of frames that refer to others", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
  });
  after(() => folder.remove());

  async function made(name: string, ...encode: string[]): Promise<Buffer> {
    await ffmpeg([...source, "-pix_fmt", "yuv420p", ...encode, folder.file(name)]);
    return folder.read(name);
  }

  /** The brightness of each pixel of a picture, or of a frame of a video that is decoded from its start. */
  const gray = (content: Buffer, ...filters: string[]) =>
    ffmpeg(
      [
        "-i",
        "pipe:0",
        "-vf",
        [...filters, "format=gray"].join(","),
        "-frames:v",
        "1",
        "-f",
        "rawvideo",
        "pipe:1",
      ],
      content,
    );

  /** How far the picture at a time is from the frame, in steps of brightness per pixel. */
  async function difference(video: Buffer, at: string, frame: number): Promise<number> {
    const [picture, wanted] = [(await frameOf(video, { at })).image, gray(video, `select=eq(n\\,${frame})`)];
    const [one, other] = [await gray(picture), await wanted];
    return one.reduce((sum, level, index) => sum + Math.abs(level - other[index]!), 0) / one.length;
  }

  for (const [name, file, encoder, encode] of [
    ["HEVC in MPEG-TS", "hevc.ts", "libx265", [...hevc, openGop]],
    ["HEVC with closed GOPs in MPEG-TS", "closed.ts", "libx265", [...hevc, `${openGop}:open-gop=0`]],
    ["HEVC in M2TS", "hevc.m2ts", "libx265", [...hevc, openGop]],
    ["HEVC in MPEG-TS with one keyframe", "one.ts", "libx265", [...hevc, "log-level=none:keyint=100"]],
    ["MPEG-4 in MPEG-TS with one keyframe", "one4.ts", "mpeg4", ["-c:v", "mpeg4", "-g", "100", "-bf", "2"]],
    ["MPEG-4 in MPEG-TS", "mpeg4.ts", "mpeg4", ["-c:v", "mpeg4", "-g", "20", "-bf", "2"]],
    ["MPEG-2 in MPEG-TS", "mpeg2.ts", "mpeg2video", ["-c:v", "mpeg2video", "-g", "20", "-bf", "2"]],
  ] as const)
    it(`is that of a player in ${name}, though a seek ends inside a GOP`, async function () {
      if (!(await hasEncoder(encoder))) this.skip();
      const video = await made(file, ...encode);
      for (const [at, frame] of [
        ["3.3", 33],
        ["4.1", 41],
      ] as const)
        assert.ok((await difference(video, at, frame)) < 3, `the picture at ${at} is another one`);
      assert.equal((await frameOf(video, { at: "3.3" })).hasDecodeErrors, false);
    });

  it("is that of a player in MPEG-TS with a keyframe each half minute", async () => {
    const long = ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=2:d=200", "-pix_fmt", "yuv420p"];
    await ffmpeg([...long, "-c:v", "mpeg4", "-g", "60", "-bf", "2", folder.file("long.ts")]);
    const video = await folder.read("long.ts");
    assert.ok((await difference(video, "145", 290)) < 3);
    assert.equal((await frameOf(video, { at: "145" })).hasDecodeErrors, false);
  });

  it("is the first whole one of a recording that begins inside a GOP", async function () {
    if (!(await hasEncoder("libx265"))) this.skip();
    const video = await made("whole.ts", ...hevc, openGop);
    const packets = await keyframes(folder.file("whole.ts"));
    const cut = video.subarray(Math.floor((packets[0]! + packets[1]!) / 2 / 188) * 188);
    const frame = await frameOf(cut, { at: "0" });
    assert.equal(frame.hasDecodeErrors, false);
    const whole = (await frameOf(video, { at: "2" })).image;
    assert.ok((await gray(frame.image)).equals(await gray(whole)));
  });

  // Made by ffmpeg 2.5.3 with its x264 (core 144) of a noisy Mandelbrot set: `-pix_fmt yuv444p -preset veryslow -g 8
  // -qp 28`, 20 frames of 64 × 48. Later encoders write another bitstream.
  it("is that of a player in 4:4:4 of an old x264, which says its version in the first frame alone", async () => {
    const video = await readFile(join(__dirname, "old-x264-444.mp4"));
    for (const frame of [10, 15]) assert.ok((await difference(video, String(frame / 10), frame)) < 3);
    assert.equal((await frameOf(video, { at: "1" })).hasDecodeErrors, false);
  });

  describe("of a damaged video", () => {
    let video: Buffer;
    let keys: number[];
    before(async () => {
      video = await made("mpeg4.mp4", "-c:v", "mpeg4", "-g", "20", "-bf", "0", "-q:v", "3");
      keys = await keyframes(folder.file("mpeg4.mp4"));
    });

    /** The video with the keyframe of one of its three groups of pictures spoilt. */
    function damaged(group: number): Buffer {
      const content = Buffer.from(video);
      content.fill(0xff, keys[group]! + 400, keys[group]! + 460);
      return content;
    }

    const asked = { isPublic: false, isAutomatic: false };

    it("is stored all the same, and told of", async () => {
      const frame = await frameOf(damaged(1), { at: "3" });
      assert.deepEqual([frame.timestampSeconds, frame.hasDecodeErrors], [3, true]);
      const metadata = metadataOf(frame, "a.mp4", { eTag: '"one"' }, asked);
      assert.equal(metadata[thumbnailMetadata.decodeErrors], "true");
    });

    it("is as good as any other where the damage is before or after it", async () => {
      for (const group of [0, 2]) {
        const frame = await frameOf(damaged(group), { at: "3" });
        assert.deepEqual([frame.timestampSeconds, frame.hasDecodeErrors], [3, false]);
        assert.ok(!(thumbnailMetadata.decodeErrors in metadataOf(frame, "a.mp4", { eTag: '"one"' }, asked)));
      }
    });

    it("is sound where a decoder that was begun further back complains of earlier frames only", async () => {
      const stream = await made("mpeg2.ts", "-c:v", "mpeg2video", "-g", "20", "-bf", "0", "-q:v", "2");
      const [, second = 0] = await keyframes(folder.file("mpeg2.ts"));
      // In the third packet after that in which the keyframe begins.
      stream.fill(0x55, second + 3 * 188 + 20, second + 3 * 188 + 100);
      assert.equal((await frameOf(stream, { at: "3.9" })).hasDecodeErrors, true);
      assert.equal((await frameOf(stream, { at: "4.1" })).hasDecodeErrors, false);
    });
  });
});

/** Where in the file the packets of keyframes are. */
async function keyframes(file: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ffprobe", [
    ...["-v", "error", "-select_streams", "v", "-show_entries", "packet=pos,flags", "-of", "csv=p=0", file],
  ]);
  return [...stdout.matchAll(/^(\d+),K/gm)].map((match) => Number(match[1]));
}
