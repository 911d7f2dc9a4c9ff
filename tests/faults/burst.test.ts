import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { brokenImage, slowStart } from "../../local/faults/ecs/taskStart";
import { ecsThrottling, launchRate, noCapacity } from "../../local/faults/ecs/launchLimits";
import { listingLag } from "../../local/faults/ecs/listingLag";
import { unreliableEvents } from "../../local/faults/lambda/unreliableEvents";
import { ofType, type Resource } from "../../local/program/resources";
import { makeDirectory, makeNoVideo, makeVideo } from "../local/videos";
import { isLong, slowDescribe, Stage } from "./stage";

const minuteMs = 60_000;
const maxWorkers = isLong ? 10 : 3;
const uploads = isLong ? 1000 : 30;
const poison = isLong ? 100 : 6;

slowDescribe("Under load and in bad times", function () {
  this.timeout(isLong ? 1_200_000 : 90_000);
  const videos = makeDirectory();
  let lackOfCapacity = 0;
  let isImageBroken = false;
  let isBusSilent = false;
  let video: Buffer;
  let letter: Buffer;
  let stage: Stage;

  before(async () => {
    video = readFileSync(makeVideo(videos.directory, "video.mp4"));
    letter = readFileSync(makeNoVideo(videos.directory, "letter.mp4"));
    stage = await Stage.start({
      config: { maxWorkers: String(maxWorkers) },
      faults: ({ injector }) => [
        ecsThrottling(injector, 0.02),
        noCapacity(injector, () => lackOfCapacity),
        launchRate(injector),
        listingLag(injector),
        brokenImage(injector, () => isImageBroken),
        slowStart(injector),
        {
          s3Event: unreliableEvents(injector, "S3", { twice: 0.1, late: 0.2 }),
          busEvent: (deliver) => (functionArn, event) => {
            if (!isBusSilent) deliver(functionArn, event);
          },
        },
      ],
    });
  });
  after(async () => {
    await stage.stop();
    videos.remove();
  });

  const names = (count: number, name: string) =>
    Array.from({ length: count }, (_, index) => `${name}${index}.mp4`);

  /** Lets this much time pass, each minute's supervision after the other. */
  async function pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      stage.parts.clock.skip(minuteMs);
      await stage.until(() => stage.cloud.functions.pendingEvents() === 0);
    }
  }
  /** Nothing is left to do, and the last worker has left. */
  async function quiet(): Promise<void> {
    await stage.until(async () => (await stage.jobsLeft()) === 0 && stage.runningTasks() === 0);
  }
  async function allDone(keys: string[]): Promise<void> {
    const missing = [...(await stage.verdicts(keys))].filter(([, verdict]) => !("thumbnail" in verdict));
    assert.deepEqual(missing, []);
  }

  it(`${uploads} uploads at once lose none, and never start more than ${maxWorkers} workers`, async () => {
    const good = names(uploads, "good");
    const bad = names(poison, "bad");
    const poisoned = stage.upload(bad, letter);
    await Promise.all([stage.upload(good, video), poisoned]);
    await allDone(good);
    for (const [key, verdict] of await stage.verdicts(bad)) {
      assert.ok("failed" in verdict && verdict.failed.startsWith("not a video"), key);
    }
    await quiet();
    assert.ok(stage.peakTasks <= maxWorkers, `${stage.peakTasks} workers at once`);
    stage.report(`${uploads} uploads and ${poison} poison files`);
  });

  it("an upload that comes while the last worker leaves is done after the next supervision", async () => {
    await quiet();
    await stage.upload(["first.mp4"], video);
    await allDone(["first.mp4"]);
    // Nobody but the upload itself looks, and the worker that it may find leaves without having seen the job.
    isBusSilent = true;
    stage.hidesJobs = true;
    await stage.upload(["last.mp4"], video);
    await stage.until(async () => (await stage.jobsLeft()) >= 1 && stage.runningTasks() === 0);
    stage.hidesJobs = false;
    isBusSilent = false;
    await pass(1);
    await allDone(["last.mp4"]);
  });

  it("a silent EventBridge and a lack of capacity delay an upload, by an hour too, and lose none", async () => {
    await quiet();
    isBusSilent = true;
    lackOfCapacity = 1;
    await stage.upload(["patient.mp4"], video);
    await stage.until(async () => (await stage.jobsLeft()) >= 1);
    await pass(60);
    assert.ok((await stage.jobsLeft()) >= 1);
    lackOfCapacity = 0;
    await stage.upload(["next.mp4"], video);
    await allDone(["patient.mp4", "next.mp4"]);
    isBusSilent = false;
  });

  it("a new image in the middle of a burst loses none", async () => {
    await quiet();
    const before = names(isLong ? 200 : 3, "before");
    await stage.upload(before, video);
    await stage.until(() => stage.runningTasks() > 0);
    await stage.cloud.deploy();
    const behind = names(isLong ? 200 : 3, "behind");
    await stage.upload(behind, video);
    await allDone([...before, ...behind]);
    await quiet();
    await stage.upload(["new.mp4"], video);
    await allDone(["new.mp4"]);
    assert.ok([...stage.cloud.ecs.tasks.values()].some(({ definition }) => definition.arn.endsWith(":2")));
  });

  it("an image that cannot start is started a bounded number of times, and the alarm is reached", async () => {
    await quiet();
    isImageBroken = true;
    const jobs = 20 * maxWorkers;
    const unlucky = names(jobs, "unlucky");
    const uploadedAtMs = stage.parts.clock.now();
    const startedBefore = stage.tasksStarted;
    await stage.upload(unlucky, video);
    await stage.until(async () => (await stage.jobsLeft()) >= jobs);
    await pass(isLong ? 180 : 20);
    const hours = (stage.parts.clock.now() - uploadedAtMs) / 3600_000;
    const started = stage.tasksStarted - startedBefore;
    stage.report(`${started} tasks of a broken image started in ${hours.toFixed(1)} hours`);
    // One at a time lives for half a minute here; before it comes to that, each worker may be started three times.
    assert.ok(started <= 4 * maxWorkers + hours * 120, `${started} starts in ${hours} hours`);
    assert.ok(hours * 3600 > oldestJobAlarm(stage.cloud.resources).threshold);
    isImageBroken = false;
    await pass(isLong ? 61 : 1);
    await allDone(unlucky);
  });
});

interface Alarm {
  metricName: string;
  threshold: number;
}

function oldestJobAlarm(resources: Resource[]): Alarm {
  const alarms = ofType(
    resources,
    "aws:cloudwatch/metricAlarm:MetricAlarm" as never,
  ) as unknown as Resource<Alarm>[];
  const found = alarms.find(({ inputs }) => inputs.metricName === "ApproximateAgeOfOldestMessage");
  assert.ok(found !== undefined);
  return found.inputs;
}
