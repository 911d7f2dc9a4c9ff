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
      dashboardUrl: null,
    });
  });
});
