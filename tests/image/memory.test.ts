import assert from "node:assert/strict";
import { DockerCloud } from "../../testkit/docker/dockerCloud";
import { docker } from "../../testkit/docker/engine";
import { describeImage } from "./describeImage";
import { bomb, heavyVideo, smallVideo } from "../../testkit/docker/testVideos";

describeImage("a worker in the task's memory", function () {
  this.timeout(300_000);
  let running: DockerCloud;
  beforeEach(async () => {
    running = await DockerCloud.start({ thumbnailTimestamp: "90%", videoSuffixes: `[".mp4",".mkv"]` });
  });
  afterEach(() => running.stop());

  it("makes the thumbnail of 4K 10-bit HEVC", async () => {
    const { taskId } = await job("heavy.mp4", heavyVideo());
    assert.deepEqual(await running.cloud.outcome("heavy.mp4"), { ok: true, thumbnail: "thumb/heavy.png" });
    const { peakMiB, kills } = await memoryOf(taskId);
    assert.equal(kills, 0);
    assert.ok(peakMiB > 100 && peakMiB <= 512, `at most ${peakMiB} MiB were used`);
    console.log(`        4K 10-bit HEVC: at most ${peakMiB} MiB of memory in use, page cache included`);
  });

  it("survives a file that needs more than there is: its job fails, the next one is done by the same worker", async () => {
    const { taskId } = await job("bomb.mkv", bomb());
    await running.cloud.upload(smallVideo(), "next.mp4");
    const next = await running.line("thumbnail-stored", "next.mp4");
    assert.equal(next.taskId, taskId);
    const bombed = running.lines.filter((line) => line.key === "bomb.mkv").map(({ event }) => event);
    assert.match(bombed.join(), /^job-started,(?:job-left-for-retry|job-failed)$/);
  });

  /** Uploads a video, and waits until a worker has taken its job. */
  async function job(key: string, content: Buffer): Promise<{ taskId: string }> {
    await running.cloud.upload(content, key);
    return running.line("job-started", key);
  }

  /** The most memory that the task's control group has used, and how many of its processes the kernel has killed. */
  async function memoryOf(taskId: string): Promise<{ peakMiB: number; kills: number }> {
    const script = `
      const { existsSync, readFileSync } = require("fs");
      const group = "/sys/fs/cgroup/";
      const [peak, events] = existsSync(group + "memory.peak")
        ? ["memory.peak", "memory.events"]
        : ["memory/memory.max_usage_in_bytes", "memory/memory.oom_control"];
      const kills = /^oom_kill (\\d+)$/m.exec(readFileSync(group + events, "utf8"))[1];
      JSON.stringify({ bytes: Number(readFileSync(group + peak, "utf8")), kills: Number(kills) })`;
    const container = running.container(taskId);
    const found = JSON.parse(await docker("exec", container, "node", "-p", script)) as Record<string, number>;
    return { peakMiB: Math.ceil((found["bytes"] ?? NaN) / 1024 / 1024), kills: found["kills"] ?? NaN };
  }
});
