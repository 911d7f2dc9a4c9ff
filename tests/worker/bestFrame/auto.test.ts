import assert from "node:assert/strict";
import { frameOf, memorySource } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";
import { automaticTimestamp } from "../../../worker/bestFrame/automaticTimestamp";
import { readKeyframeIndex } from "../../../worker/sampling/keyframeIndex";
import type { LoopbackServer } from "../../../worker/source/loopbackServer";
import type { RangedSource } from "../../../worker/source/rangedSource";
import { withVideo, never } from "../sampling/sampledVideo";
import { ffmpeg } from "../videos";

const encode = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast"];
const scene = "testsrc2=s=160x90:r=10";

describe("worker: the timestamp auto", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
  });
  after(() => folder.remove());

  async function made(name: string, source: string, ...options: string[]): Promise<Buffer> {
    await ffmpeg(["-f", "lavfi", "-i", source, ...encode, ...options, folder.file(name)]);
    return folder.read(name);
  }

  /** The time of the frame that is chosen, in seconds. */
  async function chosen(content: Buffer): Promise<number> {
    return (await frameOf(content, { at: "auto" })).timestampSeconds;
  }

  it("is a frame behind a black beginning and a fade, in whatever container", async () => {
    const faded = `${scene}:d=8,fade=in:st=3:d=2`;
    const video = await made("faded.mp4", faded, "-g", "5");
    assert.ok((await chosen(video)) >= 5);
    for (const name of ["faded.mkv", "faded.ts", "faded.avi"]) {
      await ffmpeg(["-i", folder.file("faded.mp4"), "-c", "copy", folder.file(name)]);
      assert.ok((await chosen(await folder.read(name))) >= 4.6, name);
    }
  });

  it("is not in a dissolve, though nothing of one keyframe shows that", async () => {
    const bars = "smptehdbars=s=160x90:r=10:d=5";
    const source = `testsrc=s=160x90:r=10:d=5[a];${bars}[b];[a][b]xfade=offset=0.7:duration=3.5`;
    const at = await chosen(await made("dissolve.mp4", source, "-g", "5"));
    assert.ok(at <= 0.8 || at >= 4, `${at} s`);
  });

  it("is one between keyframes, where a video has few of them", async () => {
    const at = await chosen(await made("few.mp4", `${scene}:d=6,fade=in:st=1:d=2`, "-g", "1000"));
    assert.ok(at > 2.5, `${at} s`);
  });

  it("is a frame of a video of one frame, of a black one, and of one that is all titles", async () => {
    assert.equal(await chosen(await made("one.mp4", scene, "-frames:v", "1")), 0);
    const black = await frameOf(await made("black.mp4", "color=black:s=160x90:r=10:d=2"), { at: "auto" });
    assert.deepEqual(black.chosen?.verdicts.slice(0, 1), ["black"]);
  });

  it("is the same each time, and tells the others that were looked at", async () => {
    const video = await folder.read("faded.mp4");
    const [one, other] = [await frameOf(video, { at: "auto" }), await frameOf(video, { at: "auto" })];
    assert.deepEqual(one.chosen, other.chosen);
    assert.deepEqual(one.image, other.image);
    assert.ok((one.chosen?.runnersUp.length ?? 0) >= 8);
    assert.equal(one.timestampRequestedSeconds, one.timestampSeconds);
  });

  it("is not a damaged keyframe, nor one that damage follows at once", async () => {
    const video = await folder.read("faded.mp4");
    const best = (await frameOf(video, { at: "auto" })).chosen;
    const { at, bytes } = await withVideo(video, async ({ file, track }) => {
      const index = await readKeyframeIndex(file.video, track, never);
      const keyframe = index?.keyframes.find(({ timeSeconds }) => timeSeconds === best?.timeSeconds);
      const part = (await keyframe?.partShownAt(0, never)) ?? Buffer.alloc(0);
      const frame = part.subarray(-(keyframe?.bytes ?? 0));
      return { at: video.indexOf(frame), bytes: frame.length };
    });
    for (const [start, end] of [
      [at + Math.floor(bytes / 3), at + bytes],
      [at + bytes + 30, at + bytes + 90],
    ]) {
      const damaged = await frameOf(Buffer.from(video).fill(0x55, start, end), { at: "auto" });
      assert.notEqual(damaged.chosen?.timeSeconds, best?.timeSeconds, `${start} to ${end}`);
    }
  });

  it("is a tenth of the duration where no frame can be looked at, unless that is the source's fault", async () => {
    const broken = () => Promise.reject(new Error("sampling does not work"));
    const loopback = { serving: broken, servingStream: broken } as unknown as LoopbackServer;
    await withVideo(await folder.read("faded.mp4"), async ({ tools, file, track }) => {
      const found = await automaticTimestamp({ ...tools, loopback }, file, never);
      assert.deepEqual(found, { timestamp: { kind: "percent", percent: 10 }, chosen: undefined });
      const untold = { ...track, durationSeconds: undefined };
      const { timestamp } = await automaticTimestamp(
        { ...tools, loopback },
        { ...file, track: untold },
        never,
      );
      assert.deepEqual(timestamp, { kind: "seconds", seconds: 2 });
    });
    const content = await made("large.mp4", `${scene}:d=8,noise=alls=60:allf=t`, "-g", "5", "-qp", "5");
    const whole = memorySource(content);
    // The index stands at the end, and is read first; in the middle there are keyframes alone.
    const [from, to] = [content.length * 0.4, content.length * 0.6];
    const read: RangedSource["read"] = (range, ...rest) =>
      range.start > from && range.start < to
        ? Promise.reject(new Error("S3 is away"))
        : whole.read(range, ...rest);
    await assert.rejects(frameOf({ read }, { at: "auto" }), /S3 is away/);
  });
});
