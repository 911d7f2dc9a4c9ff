import assert from "node:assert/strict";
import { ChangeMessageVisibilityCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { Failures, Reading, RedriveResult, Refusal } from "../../console/messages";
import { readFailures } from "../../ops/queues/failures";
import { takeMessages } from "../../ops/queues/queueMessages";
import { failure, invocationRecord, Operator } from "../ops/operator";
import { callsOf, TestConsole } from "./testConsole";

const fast = { followSeconds: 0.001, busySeconds: 0.005, idleSeconds: 0.01 };
const once = { followSeconds: 0.001, busySeconds: 3600, idleSeconds: 3600 };

describe("the console: what failed", () => {
  let operator: Operator;
  let shown: TestConsole | undefined;
  before(async () => {
    operator = await Operator.start();
    operator.ecs.operations = { ListTasks: () => ({ taskArns: [] }) };
  });
  after(() => operator.stop());
  beforeEach(async () => {
    await operator.reset();
    callsOf(operator.stack).reset();
  });
  afterEach(() => shown?.stop());

  const keysOf = (told: Reading<Failures>) => ("value" in told ? told.value.jobs.map(({ key }) => key) : []);

  it("is told with what the reason means and what to do, newest first, and stays where it is", async () => {
    const { failedJobsQueueUrl, failedEventsQueueUrl } = operator.stack.outputs;
    await operator.send(
      failedJobsQueueUrl,
      failure("a.mp4"),
      { ...failure("b.mp4", "a reason of another version"), failedAt: "2026-01-01T00:05:00.000Z" },
      "no JSON",
    );
    await operator.send(failedEventsQueueUrl, invocationRecord("onVideoUploaded-1a", ["c.mp4"]));
    shown = await TestConsole.start(operator.stack, once);
    const told = await (await shown.opens()).until("failures");
    assert.ok("value" in told);
    assert.deepEqual(keysOf(told), ["b.mp4", "a.mp4", null]);
    const [later, text] = told.value.jobs;
    assert.deepEqual([later?.means, later?.whatToDo, later?.logUrl], [null, null, null]);
    assert.deepEqual(text, {
      ...{ key: "a.mp4", reason: "not a video: it is a text file", attempts: 2, logUrl: null },
      ...{ failedAt: "2026-01-01T00:01:00.000Z", uploadedAt: "2026-01-01T00:00:00.000Z" },
      means:
        "The file is empty by now, or something else than its name says, often named; or a format that is refused.",
      whatToDo: "Upload a video, or leave it.",
    });
    assert.deepEqual(told.value.events, [
      {
        ...{ function: "onVideoUploaded-1a", error: "SQS is away", attempts: 3 },
        ...{ failedAt: "2026-01-01T00:02:00.000Z", keys: ["c.mp4"] },
      },
    ]);
    assert.deepEqual(await operator.depth(failedJobsQueueUrl), { visible: 3, hidden: 0 });
    assert.deepEqual(await operator.depth(failedEventsQueueUrl), { visible: 1, hidden: 0 });
  });

  it("is cut short where somebody has put in more than fits on a page", async () => {
    const { failedJobsQueueUrl, failedEventsQueueUrl } = operator.stack.outputs;
    await operator.send(failedJobsQueueUrl, {
      ...failure("k".repeat(50_000), "x".repeat(100_000)),
      uploadedAt: "t".repeat(50_000),
    });
    const keys = Array.from({ length: 1000 }, (_, index) => `${index}.mp4`);
    await operator.send(failedEventsQueueUrl, invocationRecord("onVideoUploaded-1a", keys));
    shown = await TestConsole.start(operator.stack, once);
    const told = await (await shown.opens()).until("failures");
    assert.ok("value" in told);
    const [{ key, reason, uploadedAt } = { key: "" }] = told.value.jobs;
    assert.deepEqual([key, reason, uploadedAt], [null, `${"x".repeat(2000)}…`, null]);
    assert.equal(told.value.events[0]?.keys.length, 100);
  });

  it("is given back where the other queue is denied, before anything else looks", async () => {
    const { failedJobsQueueUrl, failedEventsQueueUrl } = operator.stack.outputs;
    for (let count = 0; count < 30; count += 1)
      await operator.send(failedJobsQueueUrl, failure(`${count}.mp4`));
    operator.stack.sqs.middlewareStack.add(
      (next, { commandName }) =>
        (call) =>
          commandName === "ReceiveMessageCommand" &&
          (call.input as { QueueUrl?: string }).QueueUrl === failedEventsQueueUrl
            ? Promise.reject(new Error("denied"))
            : next(call),
      { step: "initialize", priority: "high", name: "deniesEvents", override: true },
    );
    try {
      await assert.rejects(readFailures(operator.stack, new AbortController().signal), /denied/);
      assert.deepEqual(await operator.depth(failedJobsQueueUrl), { visible: 30, hidden: 0 });
    } finally {
      operator.stack.sqs.middlewareStack.remove("deniesEvents");
    }
  });

  it("is visible again when a look came to nothing half way", async () => {
    const { failedJobsQueueUrl } = operator.stack.outputs;
    for (let count = 0; count < 25; count += 1)
      await operator.send(failedJobsQueueUrl, failure(`${count}.mp4`));
    let received = 0;
    operator.stack.sqs.middlewareStack.add(
      (next, { commandName }) =>
        (call) =>
          commandName === "ReceiveMessageCommand" && ++received > 2
            ? Promise.reject(new Error("expired"))
            : next(call),
      { step: "initialize", priority: "high", name: "expires", override: true },
    );
    try {
      const { signal } = new AbortController();
      await assert.rejects(takeMessages(operator.stack.sqs, failedJobsQueueUrl, signal), /expired/);
      assert.deepEqual(await operator.depth(failedJobsQueueUrl), { visible: 25, hidden: 0 });
    } finally {
      operator.stack.sqs.middlewareStack.remove("expires");
    }
  });

  it("is received again only when the queues' counts have changed", async () => {
    const { failedJobsQueueUrl } = operator.stack.outputs;
    const receives = () =>
      callsOf(operator.stack).made.filter((call) => call === "SQS ReceiveMessage").length;
    await operator.send(failedJobsQueueUrl, failure("a.mp4"));
    shown = await TestConsole.start(operator.stack, fast);
    const page = await shown.opens();
    await page.until("failures");
    await page.further("status", 2);
    const before = receives();
    await page.further("status", 10);
    assert.equal(receives(), before);
    await operator.send(failedJobsQueueUrl, failure("b.mp4"));
    await page.until("failures", (told) => keysOf(told).length === 2);
  });

  it("is told once it shows again, where somebody else had it in hand", async () => {
    const { failedJobsQueueUrl: QueueUrl } = operator.stack.outputs;
    const { sqs } = operator.stack;
    await operator.send(QueueUrl, failure("a.mp4"));
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 600 }));
    shown = await TestConsole.start(operator.stack, fast);
    const page = await shown.opens();
    await page.until("failures", (told) => keysOf(told).length === 0);
    const [{ ReceiptHandle } = {}] = Messages;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    await page.until("failures", (told) => keysOf(told).length === 1);
  });

  it("names the right that is missing, and is read when it is given", async () => {
    await operator.send(operator.stack.outputs.failedJobsQueueUrl, failure("a.mp4"));
    callsOf(operator.stack).deny("SQS ReceiveMessage");
    shown = await TestConsole.start(operator.stack, fast);
    const page = await shown.opens();
    const told = await page.until("failures");
    assert.equal("problem" in told && told.problem.right, "sqs:ReceiveMessage");
    callsOf(operator.stack).reset();
    await page.until("failures", (later) => keysOf(later).length === 1);
  });

  it("leads to the log of its video, whatever its key, in a deployed stack", async () => {
    const { failedJobsQueueUrl } = operator.stack.outputs;
    await operator.send(failedJobsQueueUrl, failure('a "b"/ü.mp4'));
    Object.assign(operator.stack, { isLocal: false });
    Object.assign(operator.stack.outputs, { logGroupNames: { workers: "/ecs/workers" } });
    try {
      shown = await TestConsole.start(operator.stack, once);
      const told = await (await shown.opens()).until("failures");
      const address = "value" in told ? told.value.jobs[0]?.logUrl : undefined;
      const [page, place = ""] = address?.split("#") ?? [];
      assert.equal(page, "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1");
      const readable = decodeURIComponent(decodeURIComponent(place.replaceAll("$", "%")));
      assert.equal(
        readable,
        'logsV2:log-groups/log-group//ecs/workers/log-events?filterPattern={ $.key = "a \\"b\\"/ü.mp4" }' +
          `&start=${Date.parse("2025-12-31T00:01:00Z")}&end=${Date.parse("2026-01-01T01:01:00Z")}`,
      );
    } finally {
      Object.assign(operator.stack, { isLocal: true });
      Object.assign(operator.stack.outputs, { logGroupNames: undefined });
    }
  });

  describe("is sent again", () => {
    const redrive = async (selection: unknown) => {
      const { status, body } = (await shown?.post("/api/redrive", { selection })) ?? {};
      return { status, ...(body as RedriveResult) };
    };

    it("of one video, which is followed", async () => {
      const { failedJobsQueueUrl } = operator.stack.outputs;
      await operator.send(failedJobsQueueUrl, failure("a.mp4"), failure("b.mp4"));
      operator.bucket.put("a.mp4", 0);
      shown = await TestConsole.start(operator.stack, once);
      const page = await shown.opens();
      await page.until("failures");
      const result = await redrive({ keys: ["a.mp4"] });
      assert.deepEqual(result, { status: 200, sent: 1, missing: [], problems: [], needless: [] });
      await page.until("failures", (told) => keysOf(told).join() === "b.mp4");
      const progress = await page.until("progress");
      assert.deepEqual(
        progress.map(({ key, phase }) => [key, phase]),
        [["a.mp4", "queued"]],
      );
      assert.deepEqual(await operator.queuedKeys(), ["a.mp4"]);
    });

    it("of several, and says which have not failed", async () => {
      const { failedJobsQueueUrl } = operator.stack.outputs;
      await operator.send(failedJobsQueueUrl, failure("a.mp4"), failure("b.mp4"), failure("c.mp4"));
      shown = await TestConsole.start(operator.stack, once);
      const { sent, missing } = await redrive({ keys: ["a.mp4", "c.mp4", "z.mp4"] });
      assert.deepEqual([sent, missing], [2, ["z.mp4"]]);
      assert.deepEqual((await operator.queuedKeys()).sort(), ["a.mp4", "c.mp4"]);
      assert.deepEqual(await operator.depth(failedJobsQueueUrl), { visible: 1, hidden: 0 });
    });

    it("all, and another bucket's job stays, with the reason told", async () => {
      const { failedJobsQueueUrl } = operator.stack.outputs;
      await operator.send(failedJobsQueueUrl, failure("a.mp4"), failure("b.mp4"), {
        ...failure("c.mp4"),
        bucket: "others",
      });
      shown = await TestConsole.start(operator.stack, once);
      const { sent, problems } = await redrive("all");
      assert.deepEqual([sent, problems], [2, ["c.mp4 is of bucket others, not videos"]]);
      assert.deepEqual((await operator.queuedKeys()).sort(), ["a.mp4", "b.mp4"]);
    });

    it("as the jobs of failed events", async () => {
      const { failedEventsQueueUrl } = operator.stack.outputs;
      await operator.send(failedEventsQueueUrl, invocationRecord("onVideoUploaded-1a", ["a.mp4", "b.mp4"]));
      shown = await TestConsole.start(operator.stack, once);
      assert.equal((await redrive("events")).sent, 2);
      assert.deepEqual((await operator.queuedKeys()).sort(), ["a.mp4", "b.mp4"]);
      assert.deepEqual(await operator.depth(failedEventsQueueUrl), { visible: 0, hidden: 0 });
    });

    it("once, also when two ask for it at a time, while it is looked at", async () => {
      const keys = Array.from({ length: 25 }, (_, index) => `${index}.mp4`);
      await operator.send(operator.stack.outputs.failedJobsQueueUrl, ...keys.map((key) => failure(key)));
      shown = await TestConsole.start(operator.stack, fast);
      await shown.opens();
      const [first, second] = await Promise.all([redrive("all"), redrive("all")]);
      assert.deepEqual([first.sent, second.sent], [25, 0]);
      assert.deepEqual((await operator.queuedKeys()).sort(), [...keys].sort());
    });

    it("not by a console that only looks, nor by a request that makes no sense", async () => {
      const { failedJobsQueueUrl } = operator.stack.outputs;
      await operator.send(failedJobsQueueUrl, failure("a.mp4"));
      shown = await TestConsole.start(operator.stack, once);
      for (const selection of [
        undefined,
        "everything",
        { keys: [] },
        { keys: [1] },
        { keys: "a.mp4" },
        ["a.mp4"],
      ])
        assert.equal((await redrive(selection)).status, 400, JSON.stringify(selection));
      await shown.stop();
      shown = await TestConsole.start(operator.stack, { ...once, isReadOnly: true });
      const { status, body } = await shown.post("/api/redrive", { selection: "all" });
      assert.equal(status, 403);
      assert.match((body as Refusal).problem.message, /--read-only/);
      assert.deepEqual(await operator.depth(failedJobsQueueUrl), { visible: 1, hidden: 0 });
      assert.deepEqual(
        callsOf(operator.stack).made.filter((call) => /Send|Delete/.test(call)),
        ["SQS SendMessage"],
      );
    });

    it("and says which right is missing, where one is, and leaves all", async () => {
      const { failedJobsQueueUrl } = operator.stack.outputs;
      await operator.send(failedJobsQueueUrl, failure("a.mp4"));
      callsOf(operator.stack).deny("SQS SendMessageBatch");
      shown = await TestConsole.start(operator.stack, once);
      const { status, body } = await shown.post("/api/redrive", { selection: "all" });
      assert.deepEqual([status, (body as Refusal).problem.right], [403, "sqs:SendMessage"]);
      assert.deepEqual(await operator.depth(failedJobsQueueUrl), { visible: 1, hidden: 0 });
    });
  });

  it("is visible again when the console has stopped in the middle of a look", async () => {
    const { failedJobsQueueUrl } = operator.stack.outputs;
    const keys = Array.from({ length: 30 }, (_, index) => `${index}.mp4`);
    await operator.send(failedJobsQueueUrl, ...keys.map((key) => failure(key)));
    shown = await TestConsole.start(operator.stack, once);
    await shown.opens();
    const { made } = callsOf(operator.stack);
    while (!made.includes("SQS ReceiveMessage")) await new Promise((resolve) => setTimeout(resolve, 1));
    await shown.stop();
    shown = undefined;
    assert.deepEqual(await operator.depth(failedJobsQueueUrl), { visible: 30, hidden: 0 });
  });
});
