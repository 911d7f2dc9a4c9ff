import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExtrasSettings } from "../../../contract/extras";
import { readManifest } from "../../../contract/readManifest";
import { Allowance } from "../../../worker/child/allowance";
import { UnusableVideoError } from "../../../worker/errors";
import { makeExtras } from "../../../worker/making/makeExtras";
import type { ExtraMaker } from "../../../worker/making/extraMaker";
import { makersOf } from "../../../worker/making/makersOf";
import { LoopbackServer } from "../../../worker/source/loopbackServer";
import type { Picture } from "../../../worker/takePicture";
import { Bucket } from "../../local/testS3";
import { FakePrograms } from "../programs";
import { numberedVideo } from "../videos";
import { MakingStage, never, none } from "./stage";

describe("worker: all outputs of a real video", function () {
  this.timeout(60_000);
  const stage = new MakingStage();
  let loopback: LoopbackServer;
  before(async () => {
    await stage.start();
    loopback = await LoopbackServer.start();
  });
  after(() => {
    loopback.stop();
    stage.stop();
  });

  it("but for renditions that take too much memory: the thumbnail stays, and the job fails for them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "too-costly-"));
    await numberedVideo(join(folder, "video.mp4"), { frames: 2, encode: ["-c:v", "mpeg4"] });
    await stage.put("costly.mp4", await readFile(join(folder, "video.mp4")));
    await rm(folder, { recursive: true });
    const ffmpeg = execFileSync("sh", ["-c", "command -v ffmpeg"], { encoding: "utf8" }).trim();
    const programs = await FakePrograms.install();
    try {
      // The fifth descriptor is the first rendition's: with it the kernel ends ffmpeg.
      await programs.write(
        "ffmpeg",
        `const args = process.argv.slice(2);
        if (args.includes("pipe:5")) process.kill(process.pid, "SIGKILL");
        else require("node:child_process")
          .spawn(${JSON.stringify(ffmpeg)}, args, { stdio: [0, 1, 2, 3, 4] })
          .on("exit", (code) => process.exit(code));`,
      );
      const settings = { ...none, renditions: [{ widthPixels: 64, format: "jpg" }] } as const;
      const reason = /^renditions: too costly: ffmpeg was killed \(SIGKILL\)/;
      await assert.rejects(
        stage.make(stage.order("costly.mp4", [], { settings }), { loopback }),
        (error) => error instanceof UnusableVideoError && error.fromTry === 2 && reason.test(error.reason),
      );
      assert.deepEqual(
        stage.told.map(({ event }) => event),
        ["thumbnail-stored"],
      );
      assert.deepEqual(await stage.keys("thumb/costly"), ["thumb/costly.mp4.png"]);
      assert.deepEqual(await stage.keys("extras/costly"), []);
    } finally {
      await programs.remove();
      stage.reset();
    }
  });

  it("are named by a manifest that reads well, with sizes, the frame and what it was chosen from", async () => {
    const folder = await mkdtemp(join(tmpdir(), "all-outputs-"));
    await numberedVideo(join(folder, "video.mp4"), {
      frames: 100,
      encode: ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-bf", "0"],
    });
    await stage.put("all.mp4", await readFile(join(folder, "video.mp4")));
    await rm(folder, { recursive: true });
    const settings: ExtrasSettings = {
      storyboard: { tileWidthPixels: 80, format: "jpg" },
      preview: { seconds: 1, widthPixels: 80 },
      renditions: [{ widthPixels: 64, format: "webp" }],
    };
    const chooseTimestamp = () => ({ kind: "auto" }) as const;
    await stage.make(stage.order("all.mp4", makersOf(settings), { settings, chooseTimestamp }), { loopback });

    const names = { format: "png", prefix: "thumb/", videoSuffixes: [".mp4", ".mp4.png"] } as const;
    const text = await stage.text("extras/all.mp4/manifest.json");
    const buckets = { bucket: Bucket, videoBucket: Bucket };
    const place = { ...buckets, videoKey: "all.mp4", names, extrasPrefix: "extras/" };
    const manifest = JSON.parse(text) as Extract<ReturnType<typeof readManifest>, { state: "ready" }>;
    // All of it is what readers know; the thumbnail of this stage has a key of its own.
    const outputs = manifest.outputs.filter(({ kind }) => kind !== "thumbnail");
    assert.deepEqual(readManifest(JSON.stringify({ ...manifest, outputs }), place), { ...manifest, outputs });

    assert.deepEqual(
      manifest.outputs.map(({ kind, key, width }) => `${kind} ${key} ${width}`),
      [
        "thumbnail thumb/all.mp4.png 160",
        "rendition extras/all.mp4/64.webp 64",
        ...manifest.outputs.slice(2, -1).map(({ kind, key, width }) => `${kind} ${key} ${width}`),
        "preview extras/all.mp4/preview.webp 80",
      ],
    );
    assert.deepEqual([...new Set(manifest.outputs.slice(2, -1).map(({ kind }) => kind))].sort(), [
      "storyboard-json",
      "storyboard-sheet",
      "storyboard-vtt",
    ]);
    const { width, height, codec, rotationDegrees, durationSeconds } = manifest.video;
    assert.deepEqual([width, height, codec, rotationDegrees, durationSeconds], [160, 90, "h264", 0, 4]);
    const { choice, timestampSeconds, thumbHash, dominantColor } = manifest.frame;
    assert.match(`${thumbHash} ${dominantColor}`, /^[A-Za-z0-9+/=]{8,} #[0-9a-f]{6}$/);
    const times = [timestampSeconds, ...choice!.runnersUp.map((other) => other.timestampSeconds)];
    assert.deepEqual(times.sort(), [0, 1, 2, 3]);
    const stored = stage.told.find(({ event }) => event === "outputs-stored");
    assert.deepEqual(Object.keys((stored as { makerSeconds: object }).makerSeconds), [
      "storyboard",
      "preview",
    ]);
    for (const { key, eTag } of manifest.outputs) assert.equal((await stage.head(key)).ETag, `"${eTag}"`);
  });

  it("share the video's CPU time so that what one takes too much of is not the next one's", async () => {
    const seen: number[] = [];
    const taking = (cpuSeconds: number): ExtraMaker => ({
      name: "preview",
      make: ({ allowance }) => {
        seen.push(allowance.cpuSecondsLeft);
        allowance.spend(cpuSeconds);
        return Promise.resolve([]);
      },
    });
    const allowance = new Allowance(undefined, 90);
    allowance.spend(10);
    const probed = { video: { throwIfFaulty: () => undefined } } as unknown as Picture["probed"];
    await makeExtras([taking(10), taking(35), taking(0)], { loopback, allowance }, probed, never);
    assert.deepEqual(seen.map(Math.round), [27, 35, 35]);
  });
});
