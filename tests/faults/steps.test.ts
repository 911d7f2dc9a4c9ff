import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { jobSteps, type BadAnswer, type Moment } from "../../local/faults/jobSteps";
import { makeDirectory, makeNoVideo, makeVideo } from "../local/videos";
import { isLong, slowDescribe, Stage, type StageParts } from "./stage";

type Blow = "kill" | "terminate" | BadAnswer;

/** The SDK's clients try a call so often; fewer bad answers are none to the worker. */
const clientTries = 3;
/** After so many workers that ended over a message without a word, SQS puts it aside. */
const maxReceiveCount = 5;

/** At which step which blow falls on a video's job, and how often. */
interface Plan {
  step: string;
  blow: Blow;
  times: number;
}

slowDescribe("A worker's job, struck at any of its steps,", function () {
  this.timeout(isLong ? 300_000 : 90_000);
  const videos = makeDirectory();
  const plans = new Map<string, Plan>();
  let withoutKey: Plan | undefined;
  let stage: Stage;

  async function strike(moment: Moment, { callers }: StageParts): Promise<BadAnswer | undefined> {
    const plan = moment.key === undefined ? withoutKey : plans.get(moment.key);
    if (plan?.step !== moment.step || plan.times === 0) return undefined;
    plan.times -= 1;
    if (plan.blow === "kill") await callers.kill(moment.taskId);
    else if (plan.blow === "terminate") callers.terminate(moment.taskId);
    else return plan.blow;
    return undefined;
  }
  before(async () => {
    stage = await Stage.start({ config: { maxWorkers: "3" }, strike });
  });
  after(async () => {
    await stage.stop();
    videos.remove();
  });

  const stepsWithKey = jobSteps.filter(
    (step) => step !== "before receive" && !/failed-jobs|give-back/.test(step),
  );

  function plan(blow: Blow, times: number, steps: readonly string[] = stepsWithKey): string[] {
    return steps.map((step) => {
      const key = `${step} ${blow} ${times}.mp4`;
      plans.set(key, { step, blow, times });
      return key;
    });
  }

  function assertFallen(keys: string[]): void {
    const left = keys.filter((key) => plans.get(key)?.times !== 0);
    assert.deepEqual(left, [], "blows that never fell");
  }

  it("gives its thumbnail, whatever the blow", async () => {
    const video = readFileSync(makeVideo(videos.directory, "video.mp4"));
    // An answer to ReceiveMessage that gets lost is a try of the job's that no worker sees: once is enough.
    const answered = stepsWithKey.filter((step) => step !== "after receive");
    const keys = isLong
      ? [
          ...plan("kill", 1),
          ...plan("terminate", 1),
          ...plan(500, clientTries, answered),
          ...plan(503, 1),
          ...plan("cut", clientTries, answered),
        ]
      : [
          ...plan("kill", 1),
          ...plan("terminate", 1, ["before read", "after put"]),
          ...plan(500, clientTries, ["before put", "before delete"]),
          ...plan("cut", clientTries, ["after read"]),
        ];
    withoutKey = { step: "before receive", blow: "kill", times: 1 };
    await stage.upload(keys, video);
    const verdicts = await stage.verdicts(keys);
    assert.deepEqual(
      [...verdicts].filter(([, verdict]) => !("thumbnail" in verdict)),
      [],
    );
    assertFallen(keys);
    await stage.until(async () => (await stage.jobsLeft()) === 0);
    assert.deepEqual(await stage.cloud.failedJobs(), []);
  });

  it("is in failed-jobs when its workers do not end to be killed, after no more than five", async () => {
    const video = readFileSync(makeVideo(videos.directory, "video.mp4"));
    const keys = plan(
      "kill",
      Infinity,
      isLong ? ["after receive", "before read", "before put"] : ["before put"],
    );
    await stage.upload(keys, video);
    for (const [key, verdict] of await stage.verdicts(keys)) {
      assert.match("failed" in verdict ? verdict.failed : "", /because the worker ended/, key);
      assert.equal(stage.receives.get(key), maxReceiveCount, key);
    }
    assert.ok(Math.max(...stage.receives.values()) <= maxReceiveCount);
  });

  it("spends no try while S3 is in trouble, in its worker's hand, and given back to another's", async () => {
    const video = readFileSync(makeVideo(videos.directory, "video.mp4"));
    // After thirteen tries in one hand the job is given back.
    const triesInHand = 13;
    const keys = [
      ...plan(500, 3 * clientTries, ["before read"]),
      ...(isLong ? plan(503, (triesInHand + 2) * clientTries, ["before read", "before put"]) : []),
    ];
    await stage.upload(keys, video);
    const verdicts = await stage.verdicts(keys);
    assert.ok([...verdicts.values()].every((verdict) => "thumbnail" in verdict));
    await stage.until(async () => (await stage.jobsLeft()) === 0);
    assert.equal(stage.triesSpent, 0);
  });

  it("reaches failed-jobs with its reason, when it can give none", async () => {
    const steps = jobSteps.filter((step) => step.includes("failed-jobs"));
    const keys = [...plan("kill", 1, steps), ...(isLong ? plan(500, clientTries, steps) : [])];
    await stage.upload(keys, makeNoVideo(videos.directory, "letter.mp4"));
    for (const [key, verdict] of await stage.verdicts(keys)) {
      assert.ok("failed" in verdict && verdict.failed.startsWith("not a video"), key);
    }
    assertFallen(keys);
  });

  it("survives the kernel's ending ffmpeg, or the worker, in the middle of decoding", async () => {
    const video = readFileSync(makeVideo(videos.directory, "video.mp4"));
    stage.parts.decoding.kill("ffmpeg");
    stage.parts.decoding.kill("worker");
    const keys = ["decoding 1.mp4", "decoding 2.mp4"];
    await stage.upload(keys, video);
    const verdicts = await stage.verdicts(keys);
    assert.ok([...verdicts.values()].every((verdict) => "thumbnail" in verdict));
    assert.ok(keys.some((key) => (stage.receives.get(key) ?? 0) > 1));
  });
});
