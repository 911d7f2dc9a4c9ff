import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { spotReclaim } from "../../local/faults/ecs/spotReclaim";
import { s3Outage, silentSqs } from "../../local/faults/outages";
import { makeDirectory, makeVideo } from "../local/videos";
import { isLong, Stage } from "./stage";

const minuteMs = 60_000;
const outageMinutes = isLong ? 10 : 1;
const uploads = isLong ? 40 : 4;

describe("Faults cost time, and never a try:", function () {
  this.timeout(isLong ? 600_000 : 90_000);
  const videos = makeDirectory();
  let video: Buffer;
  let stage: Stage;
  let isStorm = false;
  let isS3Out = false;
  let isSqsSilent = false;

  before(async () => {
    video = readFileSync(makeVideo(videos.directory, "video.mp4"));
    stage = await Stage.start({
      config: { maxWorkers: "3", spot: "true" },
      faults: ({ injector, callers }) => {
        const reclaim = spotReclaim(injector, 1, 240);
        return [
          {
            task: (task, ecs) => {
              if (isStorm) reclaim.task?.(task, ecs);
            },
          },
          s3Outage(injector, callers, () => isS3Out),
          silentSqs(injector, callers, () => isSqsSilent),
        ];
      },
    });
  });
  after(async () => {
    await stage.stop();
    videos.remove();
  });

  /** All of them have a thumbnail, and nothing was spent, put aside or left. */
  async function allDone(keys: string[], title: string): Promise<void> {
    const verdicts = await stage.verdicts(keys);
    await stage.until(async () => (await stage.jobsLeft()) === 0);
    const failed = [...verdicts].filter(([, verdict]) => "failed" in verdict);
    stage.report(`${title}: ${keys.length} uploads, ${failed.length} in failed-jobs, lost: 0`);
    assert.deepEqual(failed, []);
    assert.equal(stage.triesSpent, 0, "tries that faults have spent");
  }

  const named = (name: string) => Array.from({ length: uploads }, (_, index) => `${name}${index}.mp4`);

  it("while every worker is taken away again and again", async () => {
    isStorm = true;
    const keys = named("storm");
    await stage.upload(keys, video);
    await allDone(keys, "A storm of SIGTERMs");
    isStorm = false;
  });

  it(`while S3 is out for ${outageMinutes} minutes`, async () => {
    isS3Out = true;
    const keys = named("s3");
    await stage.upload(keys, video);
    await stage.until(() => (stage.told.get("job-waits") ?? 0) > 0);
    const { clock } = stage.parts;
    const endsAtMs = clock.now() + outageMinutes * minuteMs;
    await stage.until(() => clock.now() > endsAtMs);
    assert.ok((await stage.jobsLeft()) >= uploads);
    isS3Out = false;
    await allDone(keys, `S3 out, minutes: ${outageMinutes}`);
  });

  // The workers' patience with SQS is half a minute of this machine's time: for the long campaign alone.
  (isLong ? it : it.skip)(`while SQS says nothing to any worker for ${outageMinutes} minutes`, async () => {
    isSqsSilent = true;
    const keys = named("sqs");
    await stage.upload(keys, video);
    await stage.until(() => (stage.told.get("queue-unreachable") ?? 0) > 0);
    const { clock } = stage.parts;
    const endsAtMs = clock.now() + outageMinutes * minuteMs;
    await stage.until(() => clock.now() > endsAtMs);
    isSqsSilent = false;
    await allDone(keys, `SQS silent, minutes: ${outageMinutes}`);
  });
});
