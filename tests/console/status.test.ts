import assert from "node:assert/strict";
import { DescribeAlarmsCommand, GetMetricDataCommand, CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { mockClient } from "aws-sdk-client-mock";
import { startedByFleet } from "../../contract/fleet";
import { failure, job, Operator } from "../ops/operator";
import { callsOf, TestConsole } from "./testConsole";

/** Read again and again, as fast as this machine can. */
const fast = { followSeconds: 0.001, busySeconds: 0.005, idleSeconds: 0.005 };
/** Read once. */
const once = { followSeconds: 0.001, busySeconds: 3600, idleSeconds: 3600 };

describe("the console: how a stack stands", () => {
  let operator: Operator;
  let shown: TestConsole | undefined;
  before(async () => {
    operator = await Operator.start();
  });
  after(() => operator.stop());
  beforeEach(async () => {
    await operator.reset();
    operator.bucket.isDenied = false;
    callsOf(operator.stack).reset();
    tasksAre({});
  });
  afterEach(() => shown?.stop());

  function tasksAre(tasks: { RUNNING?: object[]; STOPPED?: object[] }): void {
    const all: Record<string, object[]> = { RUNNING: [], STOPPED: [], ...tasks };
    operator.ecs.operations = {
      ListTasks: ({ desiredStatus }: { desiredStatus: string }) => ({
        taskArns: (all[desiredStatus] ?? []).map((_, index) => `${desiredStatus}/${index}`),
      }),
      DescribeTasks: ({ tasks: [first = ""] }: { tasks: string[] }) => ({
        tasks: (all[first.split("/")[0] ?? ""] ?? []).map((task) => ({ startedBy: startedByFleet, ...task })),
      }),
    };
  }

  it("asks AWS nothing while nobody looks, and no longer than somebody does", async () => {
    const { made } = callsOf(operator.stack);
    shown = await TestConsole.start(operator.stack, fast);
    assert.equal((await shown.get("/api/stack")).status, 200);
    assert.deepEqual(made, []);
    const page = await shown.opens();
    await page.further("status", 2);
    page.close();
    // Without a page it would be read some thirty times; the reading that is being made may end.
    const before = made.filter((call) => call === "ECS ListTasks").length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const readings = made.filter((call) => call === "ECS ListTasks").length - before;
    assert.ok(readings <= 4, `${readings} further calls`);
  });

  it("ends although nobody answers what it has asked", async () => {
    const { made } = callsOf(operator.stack);
    operator.stack.ecs.middlewareStack.add(() => () => new Promise(() => undefined), {
      ...{ step: "deserialize", priority: "low", name: "silent", override: true },
    });
    const silent = await TestConsole.start(operator.stack, fast, 50);
    try {
      await silent.opens();
      while (made.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
      await silent.stop();
    } finally {
      operator.stack.ecs.middlewareStack.remove("silent");
    }
  });

  it("takes as many calls for one look as this", async () => {
    tasksAre({ RUNNING: [{ lastStatus: "RUNNING" }] });
    shown = await TestConsole.start(operator.stack, once);
    const page = await shown.opens();
    await Promise.all([page.until("status"), page.until("videos"), page.until("failures")]);
    assert.deepEqual(callsOf(operator.stack).made.sort(), [
      "ECS DescribeTasks",
      "ECS ListTasks",
      "ECS ListTasks",
      "S3 ListObjectsV2",
      "SQS GetQueueAttributes",
      "SQS GetQueueAttributes",
      "SQS GetQueueAttributes",
      "SQS GetQueueAttributes",
      "SQS ReceiveMessage",
      "SQS ReceiveMessage",
    ]);
  });

  it("is the same for a second page, which costs no call", async () => {
    shown = await TestConsole.start(operator.stack, once);
    const page = await shown.opens();
    await Promise.all([page.until("status"), page.until("videos"), page.until("failures")]);
    const calls = callsOf(operator.stack).made.length;
    const second = await shown.opens();
    await Promise.all([second.until("status"), second.until("videos"), second.until("failures")]);
    assert.equal(callsOf(operator.stack).made.length, calls);
  });

  it("counts jobs, workers and failures", async () => {
    const { jobQueueUrl, failedJobsQueueUrl } = operator.stack.outputs;
    tasksAre({ RUNNING: [{ lastStatus: "RUNNING" }, { lastStatus: "PROVISIONING" }] });
    await operator.send(jobQueueUrl, job("a.mp4"), job("b.mp4"));
    await operator.send(failedJobsQueueUrl, failure("c.mp4"));
    shown = await TestConsole.start(operator.stack, once);
    const status = await (await shown.opens()).until("status");
    assert.deepEqual(status.jobs, { value: { waiting: 2, inHand: 0 } });
    assert.deepEqual(status.workers, { value: { running: 1, starting: 1, diedYoung: [] } });
    assert.deepEqual(
      [status.failedJobs, status.failedEvents, status.oldestJobSeconds, status.alarms],
      [{ value: 1 }, { value: 0 }, { value: null }, { value: null }],
    );
  });

  it("is read more often while jobs wait", async () => {
    const paces = { followSeconds: 0.001, busySeconds: 0.005, idleSeconds: 3600 };
    await operator.send(operator.stack.outputs.jobQueueUrl, job("a.mp4"));
    shown = await TestConsole.start(operator.stack, paces);
    const page = await shown.opens();
    await page.further("status", 3);
    await operator.drain(operator.stack.outputs.jobQueueUrl);
    await page.until("status", ({ jobs }) => "value" in jobs && jobs.value.waiting + jobs.value.inHand === 0);
    const { made } = callsOf(operator.stack);
    const before = made.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(made.length, before);
  });

  it("tells which workers died young, and of what", async () => {
    const stoppedAt = 1_800_000_000;
    tasksAre({
      STOPPED: [
        { stopCode: "UserInitiated", stoppedAt, stoppedReason: "Scaled in" },
        {
          ...{ stopCode: "EssentialContainerExited", startedAt: stoppedAt - 5, stoppedAt },
          ...{ stoppedReason: "Essential container in task exited", containers: [{ exitCode: 137 }] },
        },
        {
          ...{ stopCode: "TaskFailedToStart", stoppedAt: stoppedAt + 1 },
          ...{ stoppedReason: "CannotPullContainerError: no such image", containers: [] },
        },
      ],
    });
    shown = await TestConsole.start(operator.stack, once);
    const { workers } = await (await shown.opens()).until("status");
    assert.ok("value" in workers);
    assert.deepEqual(workers.value.diedYoung, [
      { stoppedAt: "2027-01-15T08:00:01.000Z", reason: "CannotPullContainerError: no such image" },
      {
        stoppedAt: "2027-01-15T08:00:00.000Z",
        reason: "Essential container in task exited (exit code 137)",
      },
    ]);
  });

  it("tells at once that a worker that started has died", async () => {
    tasksAre({ RUNNING: [{ lastStatus: "RUNNING" }] });
    shown = await TestConsole.start(operator.stack, fast);
    const page = await shown.opens();
    await page.until("status");
    tasksAre({ STOPPED: [{ stopCode: "TaskFailedToStart", stoppedReason: "no address is left" }] });
    await page.until(
      "status",
      ({ workers }) => "value" in workers && workers.value.diedYoung[0]?.reason === "no address is left",
    );
  });

  describe("where a right is missing", () => {
    const denials = [
      { call: "SQS GetQueueAttributes", part: "jobs", right: "sqs:GetQueueAttributes" },
      { call: "ECS ListTasks", part: "workers", right: "ecs:ListTasks" },
      { call: "ECS DescribeTasks", part: "workers", right: "ecs:DescribeTasks" },
    ] as const;
    for (const { call, part, right } of denials)
      it(`names ${right}, and hides nothing else`, async () => {
        tasksAre({ RUNNING: [{ lastStatus: "RUNNING" }] });
        callsOf(operator.stack).deny(call);
        shown = await TestConsole.start(operator.stack, once);
        const status = await (await shown.opens()).until("status");
        const told = status[part];
        assert.ok("problem" in told);
        assert.deepEqual([told.problem.kind, told.problem.right], ["right", right]);
        assert.match(told.problem.message, new RegExp(`^These credentials may not ${right} on `));
        assert.equal("value" in status.workers, part !== "workers");
        assert.equal("value" in status.jobs, part !== "jobs");
      });

    it("names s3:ListBucket in place of the thumbnails", async () => {
      operator.bucket.isDenied = true;
      shown = await TestConsole.start(operator.stack, once);
      const page = await shown.opens();
      const told = await page.until("videos");
      assert.ok("problem" in told);
      assert.deepEqual(told.problem.right, "s3:ListBucket");
      assert.equal(told.problem.message, "These credentials may not s3:ListBucket on videos.");
      assert.ok("value" in (await page.until("status")).jobs);
    });

    it("goes on by itself when the right is given", async () => {
      callsOf(operator.stack).deny("ECS ListTasks");
      shown = await TestConsole.start(operator.stack, fast);
      const page = await shown.opens();
      await page.until("status", ({ workers }) => "problem" in workers);
      callsOf(operator.stack).reset();
      await page.until("status", ({ workers }) => "value" in workers);
    });
  });

  describe("of a deployed stack", () => {
    const cloudWatch = new CloudWatchClient({ region: "us-east-1" });
    const mock = mockClient(cloudWatch);
    beforeEach(() => {
      mock.reset();
      Object.assign(operator.stack, { cloudWatch, isLocal: false });
      Object.assign(operator.stack.outputs, {
        alarmTopicArn: "arn:aws:sns:us-east-1:1:alarms",
        metricNamespace: "n",
      });
    });
    afterEach(() => {
      Object.assign(operator.stack, { cloudWatch: undefined, isLocal: true });
      Object.assign(operator.stack.outputs, { alarmTopicArn: undefined, metricNamespace: undefined });
    });

    it("has CloudWatch's last hour, its alarms, and the oldest job's wait", async () => {
      const minute = Math.floor(Date.now() / 60_000) * 60 - 120;
      const Timestamps = [new Date(minute * 1000)];
      mock.on(GetMetricDataCommand).resolves({
        MetricDataResults: [
          { Id: "oldest", Timestamps, Values: [95] },
          { Id: "uploads", Timestamps, Values: [7] },
        ],
      });
      mock.on(DescribeAlarmsCommand).resolves({
        MetricAlarms: [
          {
            ...{ AlarmName: "failed-jobs-1a", StateValue: "ALARM", AlarmDescription: "Jobs have failed." },
            StateUpdatedTimestamp: new Date("2026-01-01T00:00:00Z"),
          },
          { AlarmName: "old-job-1a", StateValue: "INSUFFICIENT_DATA" },
        ],
      });
      await operator.send(operator.stack.outputs.jobQueueUrl, job("a.mp4"));
      shown = await TestConsole.start(operator.stack, once);
      const { oldestJobSeconds, charts, alarms } = await (await shown.opens()).until("status");
      assert.deepEqual(oldestJobSeconds, { value: 95 });
      assert.deepEqual(alarms, {
        value: [
          {
            ...{ name: "failed-jobs-1a", state: "alarm", since: "2026-01-01T00:00:00.000Z" },
            description: "Jobs have failed.",
          },
          { name: "old-job-1a", state: "unknown", since: null, description: "" },
        ],
      });
      assert.ok("value" in charts);
      const uploads = charts.value.find(({ id }) => id === "uploads");
      assert.equal(uploads?.points.length, 60);
      assert.deepEqual(
        uploads.points.filter(([, value]) => value !== 0),
        [[minute, 7]],
      );
    });

    it("asks CloudWatch once a minute, however often the queues are read", async () => {
      mock.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
      mock.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [] });
      shown = await TestConsole.start(operator.stack, fast);
      await (await shown.opens()).further("status", 5);
      assert.equal(mock.commandCalls(GetMetricDataCommand).length, 1);
      assert.equal(mock.commandCalls(GetMetricDataCommand)[0]?.args[0].input.MetricDataQueries?.length, 6);
      assert.equal(mock.commandCalls(DescribeAlarmsCommand).length, 1);
    });

    it("names each right of CloudWatch's that is missing, and hides one thing for it", async () => {
      const denied = Object.assign(new Error("not authorized"), { name: "AccessDenied" });
      mock.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
      mock.on(DescribeAlarmsCommand).rejects(denied);
      shown = await TestConsole.start(operator.stack, once);
      const { charts, alarms, oldestJobSeconds } = await (await shown.opens()).until("status");
      assert.ok("problem" in alarms && "value" in charts);
      assert.equal(alarms.problem.kind, "right");
      assert.deepEqual(oldestJobSeconds, { value: 0 });
    });
  });
});
