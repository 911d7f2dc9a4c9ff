import assert from "node:assert/strict";
import { DockerCloud } from "../../testkit/docker/dockerCloud";
import { smallVideo } from "../../testkit/docker/testVideos";
import { costlyVideos, smallJpeg } from "../worker/hostile/costlyVideos";
import { describeImage } from "./describeImage";

/** Less than a worker gives a video, to be done in minutes; `npm run test:hostile` takes all of it. */
const shortCpuSeconds = 5;

const harmful = costlyVideos.filter(({ ends }) => ends !== "thumbnail");
/** Honest, and long: one of them needs most of the time that a video has. */
const long = costlyVideos.filter(({ ends }) => ends === "thumbnail").slice(0, 1);

for (const [kind, videos, environment] of [
  ["videos made to cost time or memory", harmful, { VIDEO_CPU_SECONDS: String(shortCpuSeconds) }],
  ["a video that is merely long", long, {}],
] as const) {
  describeImage(`a worker in the task's memory, of ${kind}`, function () {
    this.timeout(480_000);
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
      taskId = await running.runTask({ ...environment, WORKER_IDLE_SECONDS: "600" });
      await running.started(taskId);
    });
    after(() => running.stop());

    for (const { name, at, make, ends } of videos) {
      it(`ends ${name}, and does the next job as the same worker`, async () => {
        // The key of a video may tell the time, as the metadata of these files would.
        const key = at.includes(":") ? name.replace(/\.(\w+)$/, `_${at.replace(":", "-")}.$1`) : name;
        await running.cloud.upload(make(jpeg), key);
        const ended = await running.ended(key);
        const expected = ends === "thumbnail" ? "thumbnail-stored" : "job-failed";
        assert.equal(ended.event, expected, JSON.stringify(ended));

        const next = `after ${key}.mp4`;
        await running.cloud.upload(smallVideo(), next);
        assert.equal((await running.line("thumbnail-stored", next)).taskId, taskId);
      });
    }
  });
}
