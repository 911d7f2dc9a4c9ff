import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { makeDirectory, makeVideo } from "../local/videos";
import { slowDescribe, Stage } from "./stage";

slowDescribe("With warmWorkers 1", function () {
  this.timeout(90_000);
  const videos = makeDirectory();
  let stage: Stage;
  let video: Buffer;
  before(async () => {
    video = readFileSync(makeVideo(videos.directory, "video.mp4"));
    stage = await Stage.start({ config: { warmWorkers: "1" } });
    await stage.until(() => stage.runningTasks() === 1);
  });
  after(async () => {
    await stage.stop();
    videos.remove();
  });

  async function isDone(key: string): Promise<void> {
    assert.ok("thumbnail" in ((await stage.verdicts([key])).get(key) ?? {}), key);
  }

  it("an upload is done by the warm worker, and no other is started", async () => {
    for (const key of ["one.mp4", "two.mp4", "three.mp4"]) {
      await stage.upload([key], video);
      await isDone(key);
    }
    assert.deepEqual({ calls: stage.runTaskCalls, started: stage.tasksStarted }, { calls: 0, started: 1 });
  });

  it("a backlog calls for more", async () => {
    const keys = Array.from({ length: 25 }, (_, index) => `many${index}.mp4`);
    // The warm worker might be done with each before the next one comes.
    stage.hidesJobs = true;
    await stage.upload(keys, video);
    await stage.until(() => stage.runTaskCalls > 0);
    stage.hidesJobs = false;
    for (const key of keys) await isDone(key);
  });

  it("a deployment in the middle of a job gives it back to the queue, and loses nothing", async () => {
    await stage.upload(["before.mp4"], video);
    await stage.cloud.deploy();
    await stage.upload(["behind.mp4"], video);
    await isDone("before.mp4");
    await isDone("behind.mp4");
  });

  it("the end of the cluster, as destroy brings it, leaves a job in the queue and no half a thumbnail", async () => {
    stage.hidesJobs = true;
    await stage.upload(["last.mp4"], video);
    await stage.until(async () => (await stage.jobsLeft()) > 0);
    await stage.cloud.ecs.stop();
    assert.ok((await stage.jobsLeft()) > 0);
  });
});
