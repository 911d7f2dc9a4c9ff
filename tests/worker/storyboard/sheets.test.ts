import assert from "node:assert/strict";
import { memorySource } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";
import { UnusableVideoError } from "../../../worker/errors";
import { CachedVideo } from "../../../worker/source/cachedVideo";
import type { RangedSource } from "../../../worker/source/rangedSource";
import { VideoView } from "../../../worker/source/videoView";
import { makeStoryboard } from "../../../worker/storyboard/makeStoryboard";
import { never, withVideo } from "../sampling/sampledVideo";
import { ffmpeg, numberedVideo } from "../videos";
import { numbersIn, storyboardOf } from "./storyboardOf";
import { kindIt } from "../manyKinds";

const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

describe("worker: the sheets of a storyboard", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
    await numberedVideo(folder.file("minute.mp4"), { frames: 120, rate: 2, encode: [...x264, "-g", "4"] });
  });
  after(() => folder.remove());

  it("are several where one is full, in the same columns, and each tile then names its own", async () => {
    // 28 of so large tiles would fill a sheet; those of a smaller video are never scaled up.
    const storyboard = await storyboardOf(await folder.read("minute.mp4"), { tileWidthPixels: 1024 });
    const { files, shown, json } = storyboard;
    assert.deepEqual(
      files.map(({ name, width, height }) => `${name} ${width}x${height}`),
      [
        "storyboard-1.jpg 640x630",
        "storyboard-2.jpg 640x90",
        "storyboard.vtt undefinedxundefined",
        "storyboard.json undefinedxundefined",
      ],
    );
    assert.deepEqual(
      numbersIn(storyboard),
      Array.from({ length: 30 }, (_, i) => 4 * i),
    );
    assert.deepEqual(
      shown.map(({ sheet }) => sheet),
      Array.from({ length: 30 }, (_, i) => `storyboard-${i < 28 ? 1 : 2}.jpg`),
    );
    assert.equal(json.url, undefined, "who reads of one sheet alone finds none, and so no wrong tile");
  });

  it("can be WebP, and are told of with their types", async () => {
    const { files } = await storyboardOf(await folder.read("minute.mp4"), { format: "webp" });
    assert.deepEqual(
      files.map(({ name, contentType, kind }) => [name, contentType, kind]),
      [
        ["storyboard-1.webp", "image/webp", "storyboard-sheet"],
        ["storyboard.vtt", "text/vtt", "storyboard-vtt"],
        ["storyboard.json", "application/json", "storyboard-json"],
      ],
    );
    assert.equal(files[0]?.content.toString("latin1", 8, 12), "WEBP");
  });

  kindIt("have tiles of the upright picture's shape, with even sides", async () => {
    const made = async (size: string, name: string, ...more: string[]) => {
      await ffmpeg(["-f", "lavfi", "-i", `testsrc2=s=${size}:r=5:d=1`, ...x264, ...more, folder.file(name)]);
      const { json } = await storyboardOf(await folder.read(name));
      return `${json.tile_width}x${json.tile_height}`;
    };
    assert.equal(await made("320x134", "cinema.mp4"), "160x66");
    assert.equal(await made("180x320", "portrait.mp4"), "160x284");
    assert.equal(await made("32x640", "tower.mp4"), "16x320");
    assert.equal(await made("640x8", "line.mp4"), "160x2");
    assert.equal(await made("48x26", "small.mp4"), "48x26");
    assert.equal(await made("160x160", "anamorphic.mp4", "-aspect", "2"), "160x80");
    await ffmpeg([
      ...["-i", folder.file("portrait.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90"],
      folder.file("turned.mp4"),
    ]);
    const { json } = await storyboardOf(await folder.read("turned.mp4"));
    assert.equal(`${json.tile_width}x${json.tile_height}`, "160x90");
  });

  kindIt("have fewer tiles where the CPU time does not last, all keyframes first", async function () {
    if (process.platform !== "linux") this.skip();
    // Half a second of video, over and over, of whose keyframes the index tells two.
    const noise = "testsrc2=s=1280x720:r=50:d=0.5,noise=alls=20:allf=t";
    await ffmpeg(["-f", "lavfi", "-i", noise, ...x264, "-bf", "0", folder.file("half.mp4")]);
    const looped = ["-stream_loop", "31", "-i", folder.file("half.mp4"), "-c", "copy"];
    await ffmpeg([...looped, folder.file("costly.mp4")]);
    const content = await folder.read("costly.mp4");
    const table = content.indexOf("stss", 0, "latin1") + 8;
    for (const [i, value] of [2, 1, 501].entries()) content.writeUInt32BE(value, table + 4 * i);
    const starts = (await storyboardOf(content, { cpuSeconds: 1 })).shown.map(({ start }) => start);
    assert.ok(starts.length < 8, `${starts.length} tiles`);
    assert.ok(
      starts.includes(0) && starts.includes(10),
      `the keyframes' tiles are among ${starts.join(", ")}`,
    );
    await assert.rejects(storyboardOf(content, { cpuSeconds: 0 }), (error: Error) => {
      return error instanceof UnusableVideoError && error.reason.startsWith("too costly: ");
    });
  });

  it("are none, for a reason, where nothing decodes", async () => {
    const broken = Buffer.from(await folder.read("minute.mp4"));
    const data = broken.indexOf("mdat", 0, "latin1") + 4;
    broken.fill(0x80, data, data + broken.readUInt32BE(data - 8) - 8);
    await assert.rejects(storyboardOf(broken), (error: Error) => {
      return error instanceof UnusableVideoError && error.reason.startsWith("no frame of the h264 video");
    });
  });

  it("are none where S3 fails: its error is the job's", async () => {
    const noise = "nullsrc=s=320x180:r=25:d=8,geq=random(1)*255:128:128";
    await ffmpeg(["-f", "lavfi", "-i", noise, ...x264, "-g", "25", "-qp", "8", folder.file("noise.mp4")]);
    const content = await folder.read("noise.mp4");
    await withVideo(content, async ({ tools, track }) => {
      const memory = memorySource(content);
      let isOut = false;
      const source: RangedSource = {
        read: (...args) => (isOut ? outage() : memory.read(...args)),
      };
      const video = await CachedVideo.open(source, never);
      const view = await VideoView.open(video, never);
      isOut = true;
      const settings = { tileWidthPixels: 160, format: "jpg" } as const;
      await assert.rejects(makeStoryboard(tools, { video, view, track }, settings, never), /no such key/);
      video.close();
    });
  });
});

function outage(): Promise<never> {
  return Promise.reject(new UnusableVideoError("the video is gone: no such key"));
}
