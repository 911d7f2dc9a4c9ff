import assert from "node:assert/strict";
import { VideoFolder } from "../../../testkit/videoFolder";
import { ffmpeg, hasEncoder, numberedVideo } from "../videos";
import { numberIn, sampled } from "./sampledVideo";

const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-bf", "2"];
const openGop = "open-gop=1:keyint=10:min-keyint=10:scenecut=0:bframes=3:b-adapt=0";

describe("worker: samples of the keyframes that an index tells", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
    await numberedVideo(folder.file("video.mp4"), { encode: x264 });
    await numberedVideo(folder.file("video.mkv"), { encode: x264 });
  });
  after(() => folder.remove());

  /** Asserts which frames the samples show, and at which times. */
  async function shows(name: string, numbers: readonly number[], times?: readonly number[]): Promise<void> {
    const result = await sampled(await folder.read(name));
    assert.ok(result !== undefined, `${name} has an index`);
    assert.deepEqual(result.samples.map(numberIn), numbers);
    const shown = result.samples.map(({ timeSeconds }) => Math.round(timeSeconds * 1000) / 1000);
    assert.deepEqual(shown, times ?? numbers.map((number) => number / 25));
    assert.deepEqual([...result.complaints], []);
  }

  it("are the keyframes of MP4, QuickTime and Matroska files, at their times", async () => {
    await ffmpeg(["-i", folder.file("video.mp4"), "-c", "copy", folder.file("video.mov")]);
    await shows("video.mp4", [0, 10, 20, 30, 40]);
    await shows("video.mov", [0, 10, 20, 30, 40]);
    await shows("video.mkv", [0, 10, 20, 30, 40]);
  });

  it("are right where the index stands at the beginning", async () => {
    const fast = ["-c", "copy", "-movflags", "+faststart"];
    await ffmpeg(["-i", folder.file("video.mp4"), ...fast, folder.file("fast.mp4")]);
    await shows("fast.mp4", [0, 10, 20, 30, 40]);
  });

  it("are right of open GOPs, whose first frames need the GOP before", async () => {
    const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-x264-params", openGop];
    await numberedVideo(folder.file("open.mp4"), { encode: h264 });
    await shows("open.mp4", [0, 10, 20, 30, 40]);
    await numberedVideo(folder.file("open.mkv"), { encode: h264 });
    await shows("open.mkv", [0, 10, 20, 30, 40]);
  });

  it("are all there of open GOPs so far apart that the decoder mistakes their order", async () => {
    const showsAll = async (name: string, numbers: readonly number[]) => {
      const { samples = [] } = (await sampled(await folder.read(name))) ?? {};
      const sorted = samples.toSorted((a, b) => a.timeSeconds - b.timeSeconds);
      assert.deepEqual(sorted.map(numberIn), numbers, name);
      assert.deepEqual(
        sorted.map(({ timeSeconds }) => Math.round(timeSeconds * 25)),
        numbers,
        name,
      );
    };
    const far = "open-gop=1:keyint=50:min-keyint=50:scenecut=0:bframes=3:b-adapt=0";
    const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-x264-params", far];
    await numberedVideo(folder.file("far.mp4"), { frames: 301, encode: h264 });
    await showsAll("far.mp4", [0, 50, 100, 150, 200, 250, 300]);
    if (!(await hasEncoder("libx265"))) return;
    const params = "log-level=none:open-gop=1:keyint=200:min-keyint=200:scenecut=0:bframes=3:b-adapt=0";
    const hevc = ["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params", params];
    await numberedVideo(folder.file("far-hevc.mp4"), { frames: 801, encode: hevc });
    await ffmpeg(["-i", folder.file("far-hevc.mp4"), "-c", "copy", folder.file("far-hevc.mkv")]);
    for (const name of ["far-hevc.mp4", "far-hevc.mkv"]) await shows(name, [0, 200, 400, 600, 800]);
  });

  it("are right of HEVC", async function () {
    if (!(await hasEncoder("libx265"))) this.skip();
    const params = `log-level=none:${openGop}`;
    const hevc = ["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params", params];
    await numberedVideo(folder.file("hevc.mp4"), { encode: hevc });
    await shows("hevc.mp4", [0, 10, 20, 30, 40]);
  });

  it("are right of WebM as its own library writes it", async function () {
    if (!(await hasEncoder("libvpx-vp9"))) this.skip();
    const vp9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "10"];
    await numberedVideo(folder.file("vp9.webm"), { frames: 30, encode: vp9 });
    await shows("vp9.webm", [0, 10, 20]);
  });

  it("are right where each frame is a keyframe, though no table says so", async () => {
    await numberedVideo(folder.file("intra.mov"), { frames: 6, encode: ["-c:v", "mjpeg", "-q:v", "2"] });
    await shows("intra.mov", [0, 1, 2, 3, 4, 5]);
  });

  it("are of the video track, wherever the sound's is", async () => {
    const sound = ["-f", "lavfi", "-i", "sine=duration=2", "-map", "1:a", "-map", "0:v", "-c:a", "aac"];
    await numberedVideo(folder.file("sound.mp4"), { extra: sound, encode: x264 });
    await shows("sound.mp4", [0, 10, 20, 30, 40]);
    await numberedVideo(folder.file("sound.mkv"), { extra: sound, encode: x264 });
    const result = await sampled(await folder.read("sound.mkv"));
    assert.deepEqual(result?.samples.map(numberIn), [0, 10, 20, 30, 40]);
  });

  it("have the times that an edit list makes, and none that it cuts off", async () => {
    await ffmpeg(["-ss", "0.6", "-i", folder.file("video.mp4"), "-c", "copy", folder.file("edited.mp4")]);
    await shows("edited.mp4", [20, 30, 40], [0.2, 0.6, 1]);
  });

  it("have the times of the file's own clock, where it does not start at 0", async () => {
    const late = ["-c", "copy", "-output_ts_offset", "5"];
    await ffmpeg(["-i", folder.file("video.mp4"), ...late, folder.file("late.mkv")]);
    await shows("late.mkv", [0, 10, 20, 30, 40], [5, 5.4, 5.8, 6.2, 6.6]);
    await ffmpeg(["-i", folder.file("video.mp4"), ...late, folder.file("late.mp4")]);
    await shows("late.mp4", [0, 10, 20, 30, 40], [5, 5.4, 5.8, 6.2, 6.6]);
  });

  it("stand upright, and have square pixels", async () => {
    const turned = ["-c", "copy", "-metadata:s:v", "rotate=90"];
    await ffmpeg(["-i", folder.file("video.mp4"), ...turned, folder.file("turned.mp4")]);
    const upright = await sampled(await folder.read("turned.mp4"));
    assert.deepEqual(sizes(upright), ["90x160"]);
    const squeezed = ["-c", "copy", "-aspect", "32:9"];
    await ffmpeg(["-i", folder.file("video.mkv"), ...squeezed, folder.file("squeezed.mkv")]);
    const wide = await sampled(await folder.read("squeezed.mkv"));
    assert.deepEqual(sizes(wide), ["160x45"]);
  });

  it("lie on black where a WebM is transparent", async function () {
    if (!(await hasEncoder("libvpx"))) this.skip();
    const clear = "color=c=white@0:s=160x90:r=10:d=0.3,format=yuva420p";
    const vp8 = ["-c:v", "libvpx", "-deadline", "realtime", "-auto-alt-ref", "0", "-b:v", "1M"];
    await ffmpeg(["-f", "lavfi", "-i", clear, ...vp8, folder.file("clear.webm")]);
    const result = await sampled(await folder.read("clear.webm"));
    assert.deepEqual([...(result?.complaints ?? ["none"])], []);
    const levels = result?.samples.flatMap(({ rgb }) => [...rgb]) ?? [];
    assert.ok(
      levels.length > 0 && levels.every((level) => level < 8),
      `up to ${Math.max(...levels.slice(0, 1000))}`,
    );
  });

  it("of interlaced video show one of the two fields", async () => {
    // White moves from one side to the other between the fields of a frame.
    const fields =
      "nullsrc=s=160x96:r=50:d=1,geq=lum='255*lt(mod(N,2),1)':cb=128:cr=128,tinterlace=interleave_top";
    const encode = [
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-flags",
      "+ilme+ildct",
      "-top",
      "1",
      "-g",
      "10",
    ];
    await ffmpeg(["-f", "lavfi", "-i", fields, ...encode, folder.file("fields.mp4")]);
    const result = await sampled(await folder.read("fields.mp4"));
    const middle = result?.samples[1]?.rgb.subarray(160 * 48 * 3);
    assert.ok(
      middle !== undefined && middle.every((level) => level > 200 || level < 50),
      "no mixture of both",
    );
  });

  it("leave out what the index calls a keyframe, and is none", async () => {
    const lying = Buffer.from(await folder.read("video.mp4"));
    const table = lying.indexOf("stss", 0, "latin1") + 12;
    // The third sync sample, the 21st, becomes the 24th.
    lying.writeUInt32BE(24, table + 8);
    const result = await sampled(lying);
    assert.deepEqual(result?.samples.map(numberIn), [0, 10, 30, 40]);
  });

  it("read those keyframes alone, each with one request", async () => {
    const big = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-bf", "2", "-qp", "10"];
    const noise = ["-f", "lavfi", "-i", "nullsrc=s=320x180:r=25:d=10,geq=random(1)*255:128:128"];
    await ffmpeg([...noise, "-pix_fmt", "yuv420p", ...big, folder.file("big.mp4")]);
    await ffmpeg(["-i", folder.file("big.mp4"), "-c", "copy", folder.file("big.mkv")]);
    const mp4 = await folder.read("big.mp4");
    const choose = <T>(all: readonly T[]) => all.filter((_, i) => i % 3 === 2);
    const ofMp4 = await sampled(mp4, choose);
    assert.equal(ofMp4?.samples.length, 3);
    assert.ok(ofMp4.bytesRead < mp4.length / 20, `${ofMp4.bytesRead} of ${mp4.length} bytes`);
    assert.equal(ofMp4.requests, 3);
    const ofMkv = await sampled(await folder.read("big.mkv"), choose);
    assert.equal(ofMkv?.samples.length, 3);
    assert.ok(ofMkv.bytesRead < mp4.length / 20, `${ofMkv.bytesRead} of ${mp4.length} bytes`);
  });

  function sizes(result: Awaited<ReturnType<typeof sampled>>): string[] {
    return [...new Set(result?.samples.map(({ width, height }) => `${width}x${height}`))];
  }
});
