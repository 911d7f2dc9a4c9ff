import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { RunTaskCommand } from "@aws-sdk/client-ecs";
import { spotReclaim } from "../../local/faults/ecs/spotReclaim";
import { s3Outage, silentSqs } from "../../local/faults/outages";
import { ofType } from "../../local/program/resources";
import { makeDirectory, makeVideo } from "../local/videos";
import { isLong, slowDescribe, Stage } from "./stage";

const minuteMs = 60_000;
const outageMinutes = isLong ? 10 : 1;
const uploads = isLong ? 40 : 4;

slowDescribe("Faults cost time, and never a try:", function () {
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

  it("while somebody runs as many tasks by hand as there may be workers", async () => {
    await stage.until(() => stage.runningTasks() === 0);
    // Takes connections, and never says a word: the tasks wait for their video.
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { ecs } = stage.cloud.clients;
    const [definition] = ofType(stage.cloud.resources, "awsx:ecs:FargateTaskDefinition");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.mp4`;
    const environment = [
      { name: "INPUT_VIDEO_FILE_URL", value: url },
      { name: "OUTPUT_THUMBS_FILE_NAME", value: "by-hand.png" },
      { name: "OUTPUT_S3_PATH", value: `${stage.cloud.bucket}/thumb` },
    ];
    const { tasks = [] } = await ecs.send(
      new RunTaskCommand({
        cluster: String(stage.cloud.outputs["clusterName"]),
        taskDefinition: definition?.inputs.family,
        count: 3,
        networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-local1"] } },
        overrides: { containerOverrides: [{ name: "worker", environment }] },
      }),
    );
    assert.equal(tasks.length, 3);
    await stage.upload(["beside.mp4"], video);
    await allDone(["beside.mp4"], "Tasks by hand");
    assert.ok(stage.runningTasks() >= 3);
    server.close();
  });

  // The workers' patience with SQS is half a minute of this machine's time: for the long campaign alone.
  if (isLong)
    it(`while SQS says nothing to any worker for ${outageMinutes} minutes`, async () => {
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
