import assert from "node:assert/strict";
import { DockerCloud } from "../../testkit/docker/dockerCloud";
import { smallVideo } from "../../testkit/docker/testVideos";
import { costlyVideos, smallJpeg } from "../worker/hostile/costlyVideos";
import { describeImage } from "./describeImage";

/** Less than a worker gives a video, to be done in minutes; `npm run test:hostile` takes all of it. */
const videoCpuSeconds = 5;

describeImage("a worker in the task's memory, of videos made to cost time or memory", function () {
  this.timeout(300_000);
  let running: DockerCloud;
  let jpeg: Buffer;
  let taskId: string;
  before(async () => {
    jpeg = await smallJpeg();
    running = await DockerCloud.start({
      thumbnailTimestamp: "0%",
      videoSuffixes: `[".mp4",".mkv",".mov",".ts"]`,
      maxWorkers: "1",
    });
    taskId = await running.runTask({
      VIDEO_CPU_SECONDS: String(videoCpuSeconds),
      WORKER_IDLE_SECONDS: "600",
    });
    await running.started(taskId);
  });
  after(() => running.stop());

  for (const { name, at, make, ends } of costlyVideos) {
    it(`ends ${name}, and does the next job as the same worker`, async () => {
      // The key of a video may tell the time, as the metadata of these files would.
      const key = at.includes(":") ? name.replace(/\.(\w+)$/, `_${at.replace(":", "-")}.$1`) : name;
      await running.cloud.upload(make(jpeg), key);
      const ended = await running.ended(key);
      if (ends === "thumbnail") assert.equal(ended.event, "thumbnail-stored", JSON.stringify(ended));
      else assert.equal(ended.event, "job-failed", JSON.stringify(ended));

      const next = `after ${key}.mp4`;
      await running.cloud.upload(smallVideo(), next);
      assert.equal((await running.line("thumbnail-stored", next)).taskId, taskId);
    });
  }
});
