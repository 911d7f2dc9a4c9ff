import assert from "node:assert/strict";
import { VideoFolder } from "../../../testkit/videoFolder";
import { Allowance } from "../../../worker/child/allowance";
import { readKeyframeIndex } from "../../../worker/sampling/keyframeIndex";
import { sampleBySeeks, sampleFromStart } from "../../../worker/sampling/sampleFrames";
import type { Sample } from "../../../worker/sampling/sampleKeyframes";
import { ffmpeg, numberedVideo } from "../videos";
import { never, numberIn, sampled, withVideo } from "./sampledVideo";

describe("worker: samples of videos without an index of keyframes", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
    const encode = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-bf", "2"];
    await numberedVideo(folder.file("video.mp4"), { frames: 100, encode });
    const copy = async (name: string, ...options: string[]) => {
      await ffmpeg(["-i", folder.file("video.mp4"), "-c", "copy", ...options, folder.file(name)]);
    };
    await copy("video.ts");
    await copy("fragments.mp4", "-movflags", "frag_keyframe+empty_moov");
    await copy("live.mkv", "-live", "1");
  });
  after(() => folder.remove());

  it("are said to have none", async () => {
    for (const name of ["video.ts", "fragments.mp4", "live.mkv"])
      assert.equal(await sampled(await folder.read(name)), undefined, name);
  });

  it("are keyframes that ffmpeg finds after seeking, each once", async () => {
    for (const name of ["video.ts", "fragments.mp4", "live.mkv"]) {
      const samples: Sample[] = [];
      await withVideo(await folder.read(name), async ({ tools, file, track }) => {
        const times = [0.05, 2, 2.01].map((time) => track.startSeconds + time);
        await sampleBySeeks(tools, file, times, (sample) => samples.push(sample), never);
        assert.ok(samples.length > 1, name);
        for (const sample of samples) {
          assert.equal(numberIn(sample) % 10, 0, name);
          assert.equal(Math.round((sample.timeSeconds - track.startSeconds) * 25), numberIn(sample), name);
        }
      });
      assert.equal(new Set(samples.map(numberIn)).size, samples.length, name);
    }
  });

  it("are of no more bytes than allowed", async () => {
    const noise = ["-f", "lavfi", "-i", "nullsrc=s=320x180:r=25:d=8,geq=random(1)*255:128:128"];
    await ffmpeg([...noise, "-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", folder.file("big.ts")]);
    const content = await folder.read("big.ts");
    await withVideo(content, async ({ tools, file, track }) => {
      const before = file.video.bytesRead;
      const times = [2, 4, 6, 8].map((time) => track.startSeconds + time);
      await sampleBySeeks(tools, { ...file, maxBytes: 1 << 20 }, times, () => undefined, never);
      const read = file.video.bytesRead - before;
      assert.ok(read < 2 << 20 && content.length > 8 << 20, `${read} of ${content.length}`);
    });
  });

  it("can be frames from the start on, so far apart, also of one keyframe", async () => {
    const encode = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "1000", "-bf", "0"];
    await numberedVideo(folder.file("one.mp4"), { frames: 100, encode });
    const numbers: number[] = [];
    await withVideo(await folder.read("one.mp4"), async ({ tools, file }) => {
      const spacing = { everySeconds: 1, maxPictures: 3 };
      await sampleFromStart(tools, file, spacing, (sample) => numbers.push(numberIn(sample)), never);
    });
    assert.deepEqual(numbers, [0, 25, 50]);
  });

  it("end where the allowance does", async function () {
    if (process.platform !== "linux") this.skip();
    let count = 0;
    await withVideo(await folder.read("big.ts"), async ({ tools, file }) => {
      const few = { ...tools, allowance: new Allowance(tools.allowance.memory, 0.05) };
      const all = sampleFromStart(few, file, { everySeconds: 0.04, maxPictures: 400 }, () => count++, never);
      await assert.rejects(all, /CPU time/);
    });
    assert.ok(count < 200, `${count} samples`);
  });

  it("have no index that leads out of the file", async () => {
    const whole = await folder.read("video.mp4");
    const cut = Buffer.from(whole);
    const chunks = cut.indexOf("stco", 0, "latin1") + 12;
    cut.writeUInt32BE(2 ** 31, chunks);
    assert.deepEqual((await sampled(cut))?.times, []);
  });

  it("are asked for by seeks where the index is not understood", async () => {
    await withVideo(await folder.read("video.mp4"), async ({ file, track }) => {
      const { video } = file;
      assert.ok((await readKeyframeIndex(video, track, never)) !== undefined);
      const shifted = { ...track, startSeconds: track.startSeconds + 1 };
      assert.equal(await readKeyframeIndex(video, shifted, never), undefined);
    });
  });
});
