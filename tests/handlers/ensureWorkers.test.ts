import assert from "node:assert/strict";
import { DescribeTasksCommand, ECSClient, ListTasksCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import type { Task } from "@aws-sdk/client-ecs";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { startedByFleet } from "../../contract/fleet";
import { ensureWorkers } from "../../handlers/ensureWorkers";
import { logOf, workerEnvironment } from "./lambda";

describe("ensureWorkers", () => {
  const clients = { ecs: new ECSClient({}), sqs: new SQSClient({}) };
  const ecs = mockClient(clients.ecs);
  const sqs = mockClient(clients.sqs);

  beforeEach(() => {
    ecs.reset();
    sqs.reset();
    ecs.on(RunTaskCommand).resolves({ tasks: [{}], failures: [] });
  });

  function situation({
    waiting,
    running,
    stopped = [],
  }: {
    waiting: number;
    running: number;
    stopped?: Task[];
  }) {
    sqs
      .on(GetQueueAttributesCommand)
      .resolves({ Attributes: { ApproximateNumberOfMessages: String(waiting) } });
    ecs
      .on(ListTasksCommand, { startedBy: startedByFleet })
      .resolves({ taskArns: Array.from({ length: running }, (_, i) => `task-${i}`) })
      .on(ListTasksCommand, { desiredStatus: "STOPPED" })
      .resolves({ taskArns: stopped.map((_, i) => `stopped-${i}`) });
    ecs.on(DescribeTasksCommand).callsFake(({ tasks }: { tasks: string[] }) => ({
      tasks: tasks.map((taskArn) => stopped[Number(taskArn.split("-")[1])]),
    }));
  }

  const runTaskInputs = () => ecs.commandCalls(RunTaskCommand).map((call) => call.args[0].input);
  /** Noon, at which the time of a token begins. */
  const noon = Date.parse("2026-01-02T12:00:00Z");

  // In the middle of a token's time, where all that is wanted may be started.
  const machineNow = Date.now;
  beforeEach(() => (Date.now = () => noon + 10_000));
  afterEach(() => (Date.now = machineNow));

  const ensure = (env: Record<string, string> = {}, leastJobs = 0) =>
    logOf(() => ensureWorkers({ ...workerEnvironment, ...env }, clients, leastJobs));

  it("starts nothing and asks ECS nothing when no job waits", async () => {
    situation({ waiting: 0, running: 0 });
    await ensure();
    assert.equal(ecs.calls().length, 0);
  });

  it("starts one worker for one waiting job", async () => {
    situation({ waiting: 1, running: 0 });
    await ensure();
    assert.equal(runTaskInputs().length, 1);
  });

  it("starts one for a job that it knows of and that SQS does not count yet", async () => {
    situation({ waiting: 0, running: 0 });
    await ensure({}, 1);
    assert.equal(runTaskInputs().length, 1);
  });

  it("shares a burst's workers among its invocations, each of which starts one at most", async () => {
    situation({ waiting: 0, running: 0 });
    let waiting = 0;
    sqs.on(GetQueueAttributesCommand).callsFake(() => {
      waiting += 1;
      return { Attributes: { ApproximateNumberOfMessages: String(waiting) } };
    });
    for (let upload = 0; upload < 1000; upload += 1) await ensure({}, 1);
    const tokens = runTaskInputs().map(({ clientToken }) => clientToken);
    assert.ok(tokens.length < 500, `${tokens.length} calls of RunTask`);
    assert.equal(new Set(tokens).size, 10);
  });

  it("starts one worker for each JOBS_PER_WORKER jobs, less those that run", async () => {
    situation({ waiting: 61, running: 1 });
    await ensure();
    assert.equal(runTaskInputs().length, 3);
  });

  it("never wants more than MAX_WORKERS", async () => {
    situation({ waiting: 100_000, running: 4 });
    await ensure();
    assert.equal(runTaskInputs().length, 6);
  });

  it("starts none when enough run, warm ones included", async () => {
    situation({ waiting: 20, running: 1 });
    await ensure();
    assert.equal(runTaskInputs().length, 0);
  });

  it("counts the workers of every page", async () => {
    situation({ waiting: 60, running: 0 });
    ecs
      .on(ListTasksCommand)
      .resolvesOnce({ taskArns: ["a"], nextToken: "2" })
      .resolves({ taskArns: ["b"] })
      .on(ListTasksCommand, { desiredStatus: "STOPPED" })
      .resolves({ taskArns: [] });
    await ensure();
    assert.equal(runTaskInputs().length, 1);
    assert.equal(ecs.commandCalls(ListTasksCommand)[1]?.args[0].input.nextToken, "2");
  });

  it("asks for the running workers of the cluster, and by no other filter, in one call", async () => {
    situation({ waiting: 1, running: 1 });
    await ensure();
    assert.deepEqual(
      ecs.commandCalls(ListTasksCommand).map((call) => call.args[0].input),
      [{ cluster: "cluster", startedBy: startedByFleet }],
    );
  });

  it("counts the warm workers of a service, with one call more", async () => {
    situation({ waiting: 60, running: 1 });
    ecs
      .on(ListTasksCommand, { cluster: "cluster", serviceName: "warm-1", desiredStatus: "RUNNING" })
      .resolves({ taskArns: ["warm"] });
    await ensure({ ECS_WARM_SERVICE_NAME: "warm-1" });
    assert.equal(runTaskInputs().length, 1);
  });

  it("runs the family's newest revision in the stack's network, told when to leave", async () => {
    situation({ waiting: 1, running: 0 });
    await ensure();
    const { clientToken, ...input } = runTaskInputs()[0]!;
    assert.match(clientToken!, /^[0-9a-f]{64}$/);
    assert.deepEqual(input, {
      cluster: "cluster",
      taskDefinition: "family",
      count: 1,
      startedBy: startedByFleet,
      capacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }],
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ["subnet-1", "subnet-2"],
          securityGroups: ["sg-1"],
          assignPublicIp: "ENABLED",
        },
      },
      overrides: {
        containerOverrides: [{ name: "worker", environment: [{ name: "WORKER_IDLE_SECONDS", value: "30" }] }],
      },
    });
  });

  async function at<T>(milliseconds: number, run: () => Promise<T>): Promise<T> {
    const now = Date.now;
    Date.now = () => milliseconds;
    try {
      return await run();
    } finally {
      Date.now = now;
    }
  }

  const tokens = () => runTaskInputs().map(({ clientToken }) => clientToken);

  it("gives invocations that want the same worker the same token, and each missing worker its own", async () => {
    situation({ waiting: 60, running: 0 });
    await at(noon + 10_000, ensure);
    await at(noon + 16_999, ensure);
    assert.equal(tokens().length, 6);
    assert.equal(new Set(tokens()).size, 3);
  });

  it("gives a slot a new token after half a minute, so that a worker that left can be followed", async () => {
    situation({ waiting: 1, running: 0 });
    await at(noon + 10_000, ensure);
    await at(noon + 40_000, ensure);
    assert.equal(new Set(tokens()).size, 2);
  });

  it("starts no more than MAX_WORKERS when the tokens change before ECS has listed its workers", async () => {
    situation({ waiting: 1000, running: 0 });
    await at(noon - 1000, ensure);
    await at(noon + 1000, ensure);
    assert.equal(new Set(tokens()).size, 10);
  });

  it("can start the only worker of MAX_WORKERS 1 in every minute or in the next", async () => {
    situation({ waiting: 1, running: 0 });
    for (let second = 0; second < 60; second += 1) {
      for (const minute of [0, 1])
        await at(noon + (minute * 60 + second) * 1000, () => ensure({ MAX_WORKERS: "1" }));
      assert.ok(tokens().length > 0, `${second} s past the minute`);
      ecs.resetHistory();
    }
  });

  it("starts none on the word of an old listing", async () => {
    situation({ waiting: 1, running: 0 });
    let now = noon + 10_000;
    ecs.on(ListTasksCommand).callsFake(() => {
      now += 4000;
      return { taskArns: [] };
    });
    const original = Date.now;
    Date.now = () => now;
    const log = await ensure().finally(() => (Date.now = original));
    assert.deepEqual(tokens(), []);
    assert.match(log.join("\n"), /worker-not-started.*listed more than 3 s ago/);
  });

  it("says so when a slot's worker has stopped already and its token is still the same", async () => {
    situation({ waiting: 1, running: 0 });
    ecs.on(RunTaskCommand).resolves({ tasks: [{ createdAt: new Date(noon) }] });
    const log = await at(noon + 20_000, ensure);
    assert.match(log.join("\n"), /worker-not-started.*has stopped[\s\S]*"started":0/);
  });

  it("starts none on FARGATE for a slot whose worker on FARGATE_SPOT was started before", async () => {
    situation({ waiting: 1, running: 0 });
    ecs.on(RunTaskCommand).resolves({ tasks: [{ createdAt: new Date(noon) }] });
    await at(noon + 20_000, () => ensure({ ECS_CAPACITY_PROVIDERS: "FARGATE_SPOT,FARGATE" }));
    assert.equal(runTaskInputs().length, 1);
  });

  it("looks at the running workers again when looking at the stopped ones has taken long", async () => {
    const stopped = {
      taskDefinitionArn: workerEnvironment.ECS_TASK_DEFINITION_ARN,
      group: "service:warm-1",
      stopCode: "ServiceSchedulerInitiated",
    } as const;
    situation({ waiting: 1000, running: 0, stopped: [stopped] });
    let now = noon + 8000;
    ecs.on(DescribeTasksCommand).callsFake(() => {
      now += 4000;
      ecs.on(ListTasksCommand, { startedBy: startedByFleet }).resolves({ taskArns: ["a", "b", "c"] });
      return { tasks: [stopped] };
    });
    Date.now = () => now;
    await ensure();
    assert.equal(runTaskInputs().length, 7);
  });

  describe("when workers have died young", () => {
    const revision = workerEnvironment.ECS_TASK_DEFINITION_ARN;
    const crashed = (livedSeconds: number, task: Task = {}): Task => ({
      taskDefinitionArn: revision,
      startedBy: startedByFleet,
      stopCode: "EssentialContainerExited",
      containers: [{ exitCode: 1 }],
      startedAt: new Date(noon),
      stoppedAt: new Date(noon + livedSeconds * 1000),
      ...task,
    });
    const many = (task: Task) => Array.from({ length: 130 }, () => task);
    const startsWith = async (stopped: Task[], running = 0) => {
      situation({ waiting: 1000, running, stopped });
      await ensure();
      return runTaskInputs().length;
    };

    it("starts one at a time, so that a broken image costs little", async () => {
      assert.equal(await startsWith(many(crashed(0, { stopCode: "TaskFailedToStart" }))), 1);
    });

    it("starts no further one while that one runs", async () => {
      assert.equal(await startsWith(many(crashed(5)), 1), 0);
    });

    it("counts warm workers, too", async () => {
      assert.equal(await startsWith(many(crashed(5, { startedBy: "ecs-svc/1", group: "service:warm" }))), 1);
    });

    it("starts as many as ever below three for each of MAX_WORKERS", async () => {
      assert.equal(await startsWith(many(crashed(5)).slice(0, 29)), 10);
    });

    const harmless: [what: string, task: Task][] = [
      ["another revision", crashed(5, { taskDefinitionArn: `${revision}1` })],
      ["one that left because it was idle", crashed(40, { containers: [{ exitCode: 0 }] })],
      ["one that fell after long work", crashed(300)],
      ["one that somebody ran by hand", crashed(5, { startedBy: undefined, group: "family:family" })],
      ["one that Spot took back", crashed(5, { stopCode: "SpotInterruption" })],
    ];
    for (const [what, task] of harmless) {
      it(`does not count ${what}`, async () => {
        assert.equal(await startsWith(many(task)), 10);
      });
    }
  });

  it("takes no capacity for no error, and leaves the worker to the next supervision", async () => {
    situation({ waiting: 1, running: 0 });
    ecs.on(RunTaskCommand).resolves({ tasks: [], failures: [{ reason: "RESOURCE:FARGATE" }] });
    const log = await ensure();
    assert.equal(runTaskInputs().length, 1);
    assert.match(log.join("\n"), /worker-not-started.*RESOURCE:FARGATE/);
  });

  it("starts the others when one RunTask is throttled", async () => {
    situation({ waiting: 60, running: 0 });
    ecs
      .on(RunTaskCommand)
      .rejectsOnce(new Error("Rate exceeded"))
      .resolves({ tasks: [{}] });
    const log = await ensure();
    assert.equal(runTaskInputs().length, 3);
    assert.match(log.join("\n"), /worker-not-started.*Rate exceeded/);
    assert.match(log.join("\n"), /"started":2/);
  });

  it("tries FARGATE, under another token, when FARGATE_SPOT has no capacity", async () => {
    situation({ waiting: 1, running: 0 });
    ecs.on(RunTaskCommand).resolvesOnce({ failures: [{ reason: "Capacity is unavailable" }] });
    await ensure({ ECS_CAPACITY_PROVIDERS: "FARGATE_SPOT,FARGATE" });
    const [spot, onDemand] = runTaskInputs();
    assert.equal(spot?.capacityProviderStrategy?.[0]?.capacityProvider, "FARGATE_SPOT");
    assert.equal(onDemand?.capacityProviderStrategy?.[0]?.capacityProvider, "FARGATE");
    assert.notEqual(spot.clientToken, onDemand.clientToken);
  });

  it("names the environment variable that is missing or wrong", async () => {
    situation({ waiting: 1, running: 0 });
    await assert.rejects(
      ensure({ MAX_WORKERS: "many" }),
      /MAX_WORKERS is "many"; allowed: a whole number from 1/,
    );
    await assert.rejects(ensure({ ECS_CLUSTER_NAME: "" }), /ECS_CLUSTER_NAME is not set/);
  });
});
