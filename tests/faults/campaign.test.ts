import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ecsThrottling, launchRate, noCapacity, taskQuota } from "../../local/faults/ecs/launchLimits";
import { listingLag } from "../../local/faults/ecs/listingLag";
import { s3Troubles } from "../../local/faults/s3Troubles";
import { spotReclaim } from "../../local/faults/ecs/spotReclaim";
import { sqsTroubles } from "../../local/faults/sqsTroubles";
import { slowStart } from "../../local/faults/ecs/taskStart";
import { unreliableEvents } from "../../local/faults/lambda/unreliableEvents";
import { unreliableInvocations } from "../../local/faults/lambda/unreliableInvocations";
import { makeDirectory, makeVideo } from "../local/videos";
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
        faults: ({ injector, callers }) => [
          ecsThrottling(injector, 0.05),
          noCapacity(injector, () => 0.2),
          launchRate(injector),
          taskQuota(injector, 3),
          listingLag(injector),
          slowStart(injector),
          spotReclaim(injector, 0.2, 120),
          unreliableInvocations(injector, { failsBefore: 0.1, failsAfter: 0.1, twice: 0.1 }),
          sqsTroubles(injector, callers, {
            twiceAtOnce: 0.1,
            againAfterDelete: 0.05,
            deleteLost: 0.05,
            fails: 0.02,
          }),
          s3Troubles(injector, callers, { internalError: 0.05, slowDown: 0.05, slow: 0.1, cut: 0.05 }),
          {
            s3Event: unreliableEvents(injector, "S3", { twice: 0.2, late: 0.2 }),
            busEvent: unreliableEvents(injector, "EventBridge", { lost: 0.3, twice: 0.1, late: 0.2 }),
          },
        ],
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
