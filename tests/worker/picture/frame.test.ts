import assert from "node:assert/strict";
import { ffmpeg, frameNumber, hasEncoder, numberedVideo } from "../videos";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";
import { kindIt } from "../manyKinds";

/** Every GOP but the first begins with B-frames that need the GOP before. */
const openGop = "open-gop=1:keyint=25:min-keyint=25:scenecut=0:bframes=3:b-adapt=0";

describe("worker: the frame", () => {
  let folder: VideoFolder;
  let video: Buffer;
  before(async () => {
    folder = await VideoFolder.create();
    await numberedVideo(folder.file("video.mp4"));
    video = await folder.read("video.mp4");
  });
  after(() => folder.remove());

  /** Asserts which frames of a video are shown at which times. */
  async function shows(content: Buffer, expected: Record<string, number>): Promise<void> {
    const frames = Object.keys(expected).map(async (at): Promise<[string, number]> => {
      return [at, await frameNumber((await frameOf(content, { at })).image)];
    });
    const shown = Object.fromEntries(await Promise.all(frames));
    assert.deepEqual(shown, expected);
  }

  it("is the last one not after the time, as a paused player shows", async () => {
    await shows(video, {
      "0": 0,
      "0.039": 0,
      "0.04": 1,
      "00:00.999": 24,
      "00:00:01": 25,
      "1.01": 25,
      "1.959": 48,
    });
  });

  it("is the last one when the time is past the end, and at 100%", async () => {
    await shows(video, { "1.96": 49, "1.99": 49, "00:02": 49, "01:00:00": 49, "100%": 49 });
  });

  it("tells the time asked for and its own", async () => {
    const { timestampRequestedSeconds, timestampSeconds } = await frameOf(video, { at: "1.01" });
    assert.deepEqual(
      { timestampRequestedSeconds, timestampSeconds },
      { timestampRequestedSeconds: 1.01, timestampSeconds: 1 },
    );
    assert.equal((await frameOf(video, { at: "10" })).timestampSeconds, 1.96);
  });

  it("is the only one of a video of one frame", async () => {
    await numberedVideo(folder.file("one.mp4"), { frames: 1 });
    await shows(await folder.read("one.mp4"), { "0": 0, "00:02": 0, "50%": 0 });
  });

  it("is found by a percentage of the video track's duration, not of a longer sound track's", async () => {
    const sound = ["-f", "lavfi", "-i", "sine=duration=8", "-map", "0:v", "-map", "1:a", "-c:a", "aac"];
    await numberedVideo(folder.file("sound.mp4"), { extra: sound });
    await numberedVideo(folder.file("sound.mkv"), { extra: sound });
    await shows(await folder.read("sound.mp4"), { "25%": 12, "50%": 25, "100%": 49 });
    await shows(await folder.read("sound.mkv"), { "50%": 25, "100%": 49 });
  });

  it("is right where the frame rate varies", async () => {
    const times = ["-vf", "settb=1/1000,setpts=N*N*4", "-fps_mode", "vfr", "-enc_time_base", "1:1000"];
    const encode = [...times, "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-bf", "2"];
    await numberedVideo(folder.file("varying.mkv"), { encode });
    // Frame n is shown from n² · 4 ms on: frame 25 at 2.5 s, frame 26 at 2.704 s.
    await shows(await folder.read("varying.mkv"), {
      "2.499": 24,
      "2.5": 25,
      "2.703": 25,
      "2.704": 26,
      "20": 49,
    });
  });

  it("is right at 30000/1001 frames per second", async () => {
    await numberedVideo(folder.file("ntsc.mp4"), { frames: 90, rate: 30000 / 1001 });
    // Frame 60 is shown from 2.002 s on.
    await shows(await folder.read("ntsc.mp4"), { "00:02": 59, "2.002": 60, "1.001": 30 });
  });

  it("is right where an edit list cuts off the beginning inside a GOP", async () => {
    await ffmpeg(["-ss", "0.6", "-i", folder.file("video.mp4"), "-c", "copy", folder.file("edited.mp4")]);
    await shows(await folder.read("edited.mp4"), { "0": 15, "0.4": 25, "0.99": 39, "1": 40, "5": 49 });
  });

  for (const [extension, ...offset] of [
    ["mkv", "-output_ts_offset", "5"],
    ["mp4", "-output_ts_offset", "5"],
    ["ts", "-muxdelay", "5", "-output_ts_offset", "7"],
  ] as const)
    it(`is right where the clock of a .${extension} does not start at 0`, async () => {
      const file = folder.file(`late.${extension}`);
      await ffmpeg(["-i", folder.file("video.mp4"), "-c", "copy", ...offset, file]);
      await shows(await folder.read(`late.${extension}`), {
        "0": 0,
        "1": 25,
        "1.01": 25,
        "50%": 25,
        "9": 49,
      });
    });

  it("is at 0 in an AVI that begins with packets without a frame", async function () {
    if (!(await hasEncoder("libxvid"))) this.skip();
    await numberedVideo(folder.file("xvid.avi"), { encode: ["-c:v", "libxvid", "-g", "25", "-bf", "2"] });
    const { image, timestampSeconds } = await frameOf(await folder.read("xvid.avi"), { at: "0" });
    assert.deepEqual([await frameNumber(image), timestampSeconds], [0, 0]);
  });

  it("is the first one while only the sound plays", async () => {
    const sound = ["-f", "lavfi", "-i", "sine=duration=3", "-map", "0:v", "-map", "1:a", "-c:a", "pcm_s16le"];
    await numberedVideo(folder.file("sound-first.mkv"), {
      extra: sound,
      encode: ["-vf", "setpts=PTS+1/TB", "-c:v", "libx264", "-g", "25", "-fps_mode", "passthrough"],
    });
    await shows(await folder.read("sound-first.mkv"), { "0.5": 0, "1": 0, "2": 25 });
  });

  it("is found by a percentage in what browsers record, which tells no duration", async () => {
    const encode = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "25", "-live", "1"];
    await numberedVideo(folder.file("recorded.webm"), { frames: 100, encode });
    await shows(await folder.read("recorded.webm"), { "25%": 25, "50%": 50, "100%": 99, "00:10": 99 });
  });

  kindIt("comes from the readable half of a file whose other half is damaged", async () => {
    for (const extension of ["mkv", "ts"]) {
      const name = `damaged.${extension}`;
      await numberedVideo(folder.file(name), { frames: 500 });
      const content = await folder.read(name);
      content.fill(0, Math.floor(content.length / 2));
      const { image } = await frameOf(content, { at: "00:19" });
      const number = await frameNumber(image);
      assert.ok(number > 230 && number <= 250, `frame ${number} of ${name}`);
      await shows(content, { "1": 25, "100%": number });
    }
  });

  kindIt("is the nearest one before the cut of a video that was cut off in its middle", async () => {
    const encode = [
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-g",
      "25",
      "-bf",
      "2",
      "-movflags",
      "+faststart",
    ];
    await numberedVideo(folder.file("long.mp4"), { frames: 1000, encode });
    const whole = await folder.read("long.mp4");
    const cut = whole.subarray(0, Math.floor(whole.length * 0.6));
    const everyFrame = await ffmpeg(
      ["-i", "pipe:0", "-fps_mode", "passthrough", "-f", "framecrc", "pipe:1"],
      cut,
    );
    const decodable = everyFrame.toString().match(/^0,/gm)!.length;
    assert.ok(decodable > 100 && decodable < 900);
    await shows(cut, { "00:39": decodable - 1, "100%": decodable - 1, "1": 25 });
  });

  /** Puts another file's tracks before those of the numbered video; `args` end with the new file. */
  const beforeVideo = (first: string, ...args: string[]) =>
    ffmpeg([
      ...["-i", folder.file(first), "-i", folder.file("video.mp4"), "-map", "0", "-map", "1", "-c", "copy"],
      ...args,
    ]);

  it("is not taken from cover art, and comes from the default one of several video tracks", async () => {
    await ffmpeg(["-f", "lavfi", "-i", "color=white:s=64x64", "-frames:v", "1", folder.file("cover.png")]);
    await beforeVideo("cover.png", "-disposition:v:0", "attached_pic", folder.file("cover.mp4"));
    await shows(await folder.read("cover.mp4"), { "1": 25 });

    await numberedVideo(folder.file("reversed.mp4"), { encode: ["-vf", "reverse", "-c:v", "libx264"] });
    await beforeVideo(
      "reversed.mp4",
      "-disposition:v:0",
      "0",
      "-disposition:v:1",
      "default",
      folder.file("two.mkv"),
    );
    await shows(await folder.read("two.mkv"), { "1": 25 });
  });

  for (const [name, encode] of [
    [
      "MP4 with its index in front",
      ["-c:v", "libx264", "-g", "25", "-bf", "2", "-movflags", "+faststart", "-f", "mp4"],
    ],
    [
      "fragmented MP4",
      ["-c:v", "libx264", "-g", "25", "-bf", "2", "-movflags", "+frag_keyframe+empty_moov", "-f", "mp4"],
    ],
    ["MOV", ["-c:v", "libx264", "-g", "25", "-bf", "2", "-f", "mov"]],
    ["MKV", ["-c:v", "libx264", "-g", "25", "-bf", "2", "-f", "matroska"]],
    ["WebM", ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "25", "-f", "webm"]],
    ["AVI", ["-c:v", "mpeg4", "-g", "25", "-bf", "2", "-q:v", "4", "-f", "avi"]],
    ["MPEG-TS", ["-c:v", "libx264", "-g", "25", "-bf", "2", "-f", "mpegts"]],
    ["MPEG-PS", ["-c:v", "mpeg2video", "-g", "12", "-bf", "2", "-q:v", "4", "-f", "vob"]],
    ["FLV", ["-c:v", "libx264", "-g", "25", "-bf", "2", "-f", "flv"]],
    ["OGG", ["-c:v", "libtheora", "-g", "25", "-q:v", "8", "-f", "ogg"]],
    ["WMV", ["-c:v", "wmv2", "-g", "25", "-q:v", "4", "-f", "asf"]],
    ["H.264 with open GOPs", ["-c:v", "libx264", "-x264-params", openGop, "-f", "mp4"]],
    ["H.264 with open GOPs in MPEG-TS", ["-c:v", "libx264", "-x264-params", openGop, "-f", "mpegts"]],
    ["HEVC with open GOPs", ["-c:v", "libx265", "-x265-params", `log-level=none:${openGop}`, "-f", "mp4"]],
    ["AV1", ["-c:v", "libsvtav1", "-preset", "10", "-g", "25", "-f", "matroska"]],
    ["VP9", ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "25", "-f", "webm"]],
  ] as const) {
    const encoder = encode[1];
    const test = ["MP4 with its index in front", "WebM", "MPEG-TS"].includes(name) ? it : kindIt;
    test(`is right in ${name} (made by ${encoder})`, async function () {
      if (!(await hasEncoder(encoder))) this.skip();
      const file = name.replaceAll(" ", "-");
      await numberedVideo(folder.file(file), { frames: 100, encode });
      await shows(await folder.read(file), {
        "0": 0,
        "0.5": 12,
        "0.96": 24,
        "1.01": 25,
        "2.5": 62,
        "3.9": 97,
        "00:10": 99,
        "100%": 99,
      });
    });
  }
});
