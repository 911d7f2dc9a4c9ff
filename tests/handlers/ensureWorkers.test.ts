import assert from "node:assert/strict";
import { ECSClient, ListTasksCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
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

  function situation({ waiting, running }: { waiting: number; running: number }) {
    sqs
      .on(GetQueueAttributesCommand)
      .resolves({ Attributes: { ApproximateNumberOfMessages: String(waiting) } });
    ecs.on(ListTasksCommand).resolves({ taskArns: Array.from({ length: running }, (_, i) => `task-${i}`) });
  }

  const runTaskInputs = () => ecs.commandCalls(RunTaskCommand).map((call) => call.args[0].input);
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
      .resolves({ taskArns: ["b"] });
    await ensure();
    assert.equal(runTaskInputs().length, 1);
    assert.equal(ecs.commandCalls(ListTasksCommand)[1]?.args[0].input.nextToken, "2");
  });

  it("asks for the family's running tasks in the cluster", async () => {
    situation({ waiting: 1, running: 0 });
    await ensure();
    assert.deepEqual(ecs.commandCalls(ListTasksCommand)[0]?.args[0].input, {
      cluster: "cluster",
      family: "family",
      desiredStatus: "RUNNING",
    });
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

  it("gives invocations that want the same worker the same token, and each missing worker its own", async () => {
    situation({ waiting: 60, running: 0 });
    // Two runs may lie on either side of the token's time limit once, not twice.
    const distinct = async () => {
      ecs.resetHistory();
      await ensure();
      await ensure();
      return new Set(runTaskInputs().map((input) => input.clientToken)).size;
    };
    assert.equal(Math.min(await distinct(), await distinct()), 3);
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
