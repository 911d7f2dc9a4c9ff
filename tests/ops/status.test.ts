import assert from "node:assert/strict";
import { startedByFleet } from "../../contract/fleet";
import { failure, invocationRecord, job, Operator } from "./operator";

describe("npm run ops: status", () => {
  let operator: Operator;
  before(async () => {
    operator = await Operator.start();
  });
  after(() => operator.stop());
  beforeEach(async () => {
    await operator.reset();
    tasksAre();
  });

  /** ECS has workers in these states, and one task more that somebody runs by hand. */
  function tasksAre(...lastStatuses: string[]): void {
    operator.ecs.operations = {
      ListTasks: () => ({ taskArns: ["by-hand", ...lastStatuses] }),
      DescribeTasks: () => ({
        tasks: [
          { lastStatus: "RUNNING", group: "family:worker" },
          ...lastStatuses.map((lastStatus) => ({ lastStatus, startedBy: startedByFleet })),
        ],
      }),
    };
  }

  it("is one screen that says when all is done", async () => {
    operator.bucket.put("thumb/cat.png", 1);
    const { code, printed } = await operator.types("status");
    assert.equal(code, 0);
    assert.match(printed, /^local run in us-east-1: all done\n/);
    assert.match(printed, /Jobs {12}0 waiting, 0 in hand\nWorkers {9}0 running, 0 starting\n/);
    assert.match(printed, /Newest {10}thumb\/cat\.png, \d+ \w+ ago\n/);
    assert.ok(printed.split("\n").length < 24);
  });

  it("counts the workers that run and those that start", async () => {
    tasksAre("RUNNING", "PENDING", "RUNNING", "PROVISIONING");
    await operator.send(operator.stack.outputs.jobQueueUrl, job("a.mp4"));
    const { printed } = await operator.types("status");
    assert.match(printed, /at work\n/);
    assert.match(printed, /1 waiting, 0 in hand\nWorkers {9}2 running, 2 starting\n/);
  });

  it("does not say of a stack that options tell of that it has no dashboard", async () => {
    Object.assign(operator.stack, { isLocal: false, isOfOptions: true });
    try {
      const { printed } = await operator.types("status");
      assert.match(printed, /Last hour {7}unknown: options do not say where/);
      Object.assign(operator.stack, { isOfOptions: false });
      assert.match((await operator.types("status")).printed, /unknown: the stack has `dashboard: false`/);
    } finally {
      Object.assign(operator.stack, { isLocal: true, isOfOptions: false });
    }
  });

  it("says which queue is not there, by which call, and what names it", async () => {
    const { outputs } = operator.stack;
    const failedEventsQueueUrl = `${outputs.jobQueueUrl}-none`;
    const stack = { ...operator.stack, outputs: { ...outputs, failedEventsQueueUrl } };
    const withWrongQueue = Object.assign(Object.create(operator) as Operator, { stack });
    await assert.rejects(withWrongQueue.types("status"), (error: Error) => {
      assert.match(error.name, /NonExistentQueue|QueueDoesNotExist/);
      assert.ok(
        error.message.includes(`(SQS GetQueueAttributes on ${failedEventsQueueUrl} in us-east-1`),
        error.message,
      );
      assert.match(error.message, /It is not there: the stack was destroyed or deployed anew/);
      return true;
    });
  });

  it("says what was denied by which call, on what that came from where", async () => {
    operator.bucket.isDenied = true;
    try {
      await assert.rejects(operator.types("status"), (error: Error) => {
        assert.match(
          error.message,
          /\(S3 ListObjectsV2 on videos in us-east-1, bucketName of the stack or --bucket\) docs\/operating\.md/,
        );
        return true;
      });
    } finally {
      operator.bucket.isDenied = false;
    }
  });

  it("points out jobs without a worker", async () => {
    await operator.send(operator.stack.outputs.jobQueueUrl, job("a.mp4"));
    assert.match((await operator.types("status")).printed, /jobs wait and no worker runs/);
  });

  it("points out failures, and the command that lists them", async () => {
    await operator.send(operator.stack.outputs.failedJobsQueueUrl, failure("a.mp4"), failure("b.mp4"));
    await operator.send(
      operator.stack.outputs.failedEventsQueueUrl,
      invocationRecord("onVideoUploaded", ["c"]),
    );
    const { printed } = await operator.types("status");
    assert.match(printed, /2 failed jobs and 1 failed event; `npm run ops -- failed --local` says why\n/);
  });

  it("gives the same as JSON", async () => {
    operator.bucket.put("thumb/cat.png", 1);
    tasksAre("RUNNING");
    const { printed } = await operator.types("status", "--json");
    assert.deepEqual(JSON.parse(printed), {
      jobs: { waiting: 0, inHand: 0 },
      workers: { running: 1, starting: 0 },
      failedJobs: 0,
      failedEvents: 0,
      figures: {},
      cloudWatchError: null,
      newestThumbnails: [{ key: "thumb/cat.png", storedAt: "2026-01-01T00:00:01.000Z" }],
      videosWithoutManifest: null,
      dashboardUrl: null,
    });
  });

  it("says, where more than thumbnails is made, how many videos lack it", async () => {
    for (const name of ["cat.png", "dog.png", "a.mov.png"]) operator.bucket.put(`thumb/${name}`, 1);
    assert.doesNotMatch((await operator.types("status")).printed, /Outputs/);
    operator.stack.outputs.extrasAskedFor = "320.webp";
    operator.bucket.put("extras/cat.mp4/manifest.json", 2);
    const { printed } = await operator.types("status");
    assert.match(
      printed,
      /^Outputs +2 videos with a thumbnail and no manifest; `npm run ops -- backfill --local` queues /m,
    );
    for (const video of ["dog.mp4", "a.mov"]) operator.bucket.put(`extras/${video}/manifest.json`, 2);
    assert.match((await operator.types("status")).printed, /^Outputs +every video with a thumbnail has /m);
    operator.bucket.pageSize = 2;
    assert.match((await operator.types("status")).printed, /^Outputs +more than S3 lists at once$/m);
  });
});
