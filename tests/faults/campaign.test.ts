import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { makeDirectory, makeVideo } from "../local/videos";
import { everyFault } from "./everyFault";
import { isLong, slowIt, Stage } from "./stage";

const seeds = (process.env["FAULT_SEEDS"] ?? (isLong ? "1,2,3,4,5" : "1")).split(",").map(Number);
const uploads = isLong ? 60 : 10;

describe("With all that can go wrong going wrong at once", function () {
  this.timeout(isLong ? 600_000 : 90_000);
  const videos = makeDirectory();
  after(() => {
    videos.remove();
  });

  for (const seed of seeds) {
    slowIt(`no upload is lost (seed ${seed})`, async () => {
      const video = readFileSync(makeVideo(videos.directory, "video.mp4"));
      const stage = await Stage.start({
        config: { maxWorkers: "4", spot: "true" },
        seed,
        faults: everyFault,
        strike: async ({ taskId }, { injector, callers }) => {
          if (injector.strikes("kill -9 of a worker", 0.01)) await callers.kill(taskId);
          return undefined;
        },
      });
      try {
        const keys = Array.from({ length: uploads }, (_, index) => `video${index}.mp4`);
        await stage.upload(keys, video);
        const verdicts = [...(await stage.verdicts()).values()];
        await stage.until(async () => (await stage.jobsLeft()) === 0);
        const thumbnails = verdicts.filter((verdict) => "thumbnail" in verdict).length;
        stage.report(
          `${uploads} uploads, ${thumbnails} thumbnails, ${uploads - thumbnails} in failed-jobs, lost: 0, tries spent: ${stage.triesSpent}`,
        );
        assert.equal(verdicts.length, uploads);
        assert.equal(stage.triesSpent, 0, "tries that faults have spent");
        assert.ok(stage.peakTasks <= 4, `${stage.peakTasks} workers at once`);
      } finally {
        await stage.stop();
      }
    });
  }
});
