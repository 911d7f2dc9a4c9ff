import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { makeDirectory, makeVideo } from "../local/videos";
import { everyFault, killing } from "./everyFault";
import { eTagOf, everyOutput, outputSetOf } from "./outputSets";
import { isLong, slowIt, Stage } from "./stage";

const seeds = (process.env["FAULT_SEEDS"] ?? (isLong ? "1,2,3,4,5" : "1")).split(",").map(Number);
const uploads = isLong ? 60 : 10;

const videosWithOutputs = isLong ? 30 : 6;

describe("With all that can go wrong going wrong at once", function () {
  this.timeout(isLong ? 600_000 : 240_000);
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
        strike: killing(0.01),
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

  for (const seed of seeds) {
    slowIt(
      `each video has all outputs of its last upload, whatever is made of it (seed ${seed})`,
      async () => {
        const file = makeVideo(videos.directory, "video.mp4");
        const first = readFileSync(file);
        // A box that players skip: another upload of the same pictures.
        const last = Buffer.concat([first, Buffer.from("\0\0\0\x09free!")]);
        const stage = await Stage.start({
          config: { maxWorkers: "4", spot: "true", thumbnailWidth: "64", ...everyOutput },
          seed,
          faults: everyFault,
          strike: killing(0.005),
        });
        try {
          const keys = Array.from({ length: videosWithOutputs }, (_, index) => `video${index}.mp4`);
          const again = keys.filter((_, index) => index % 2 === 0);
          await stage.upload(keys, first);
          await Promise.all(again.map((key) => stage.cloud.upload(last, key)));
          const current = (key: string) => eTagOf(again.includes(key) ? last : first);
          const failed = new Set<string>();
          const sets = async () =>
            new Map(
              await Promise.all(keys.map(async (key) => [key, await outputSetOf(stage.cloud, key)] as const)),
            );
          await stage.until(async () => {
            if ((await stage.jobsLeft()) > 0) return false;
            for (const { body } of await stage.cloud.failedJobs())
              failed.add((JSON.parse(body) as { key: string }).key);
            const found = await sets();
            return keys.every((key) => failed.has(key) || found.get(key)?.eTag === current(key));
          });
          const found = [...(await sets())].filter(([key]) => !failed.has(key));
          stage.report(
            `${keys.length + again.length} uploads of ${keys.length} videos, ${found.length} sets of outputs, ${failed.size} in failed-jobs, lost: 0`,
          );
          assert.deepEqual(
            found.flatMap(([, { problems }]) => problems),
            [],
          );
          // The thumbnail, two renditions, storyboard (sheet, WebVTT, JSON) and preview.
          assert.deepEqual([...new Set(found.map(([, { outputs }]) => outputs))], [7]);
          assert.equal(stage.triesSpent, 0, "tries that faults have spent");
        } finally {
          await stage.stop();
        }
      },
    );
  }
});
