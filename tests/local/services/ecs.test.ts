import assert from "node:assert/strict";
import {
  ConflictException,
  DescribeTasksCommand,
  ECSClient,
  InvalidParameterException,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  type RunTaskCommandInput,
} from "@aws-sdk/client-ecs";
import { Ecs } from "../../../local/services/ecs/ecs";
import { Door } from "../../../local/services/door";
import { startEcsServer, type LocalEcsServer } from "../../../local/services/ecs/ecsServer";
import type { ContainerRun, TaskDefinition } from "../../../local/services/ecs/ecsTask";
import type { BusEvent } from "../../../local/services/events/eventBridge";
import { FakeClock } from "../fakeClock";

const definition: TaskDefinition = {
  family: "thumbnails",
  arn: "arn:aws:ecs:eu-west-1:000000000000:task-definition/thumbnails:1",
  containerName: "worker",
  container: { environment: [{ name: "A", value: "registered" }], stopTimeout: 120 },
  roles: { task: "task-role", execution: "execution-role" },
  cpuUnits: 256,
  memoryMiB: 512,
};
const cluster = { name: "workers", arn: "arn:aws:ecs:eu-west-1:000000000000:cluster/workers" };

/** Containers that run until the test ends them. */
class FakeContainers {
  readonly runs: ContainerRun[] = [];
  readonly signals: string[] = [];
  private readonly ends: ((exitCode: number) => void)[] = [];

  start = (run: ContainerRun) => {
    this.runs.push(run);
    const exited = new Promise<{ exitCode: number }>((resolve) =>
      this.ends.push((exitCode) => {
        resolve({ exitCode });
      }),
    );
    return {
      exited,
      signal: (signal: string) => this.signals.push(signal),
      kill: async () => {
        this.signals.push("SIGKILL");
        await Promise.resolve();
      },
    };
  };

  /** Ends a container and lets ECS see it. */
  async end(index: number, exitCode: number): Promise<void> {
    this.ends[index]?.(exitCode);
    await new Promise(setImmediate);
  }
}

describe("The local ECS, called by the SDK's client", () => {
  let server: LocalEcsServer;
  let client: ECSClient;
  let containers: FakeContainers;
  let clock: FakeClock;
  let events: BusEvent[];

  beforeEach(async () => {
    containers = new FakeContainers();
    clock = new FakeClock();
    events = [];
    const ecs = new Ecs({
      region: "eu-west-1",
      account: "000000000000",
      clusters: [cluster],
      definitions: [definition],
      clock,
      startContainer: containers.start,
      onEvent: (event) => events.push(event),
      onTask: () => undefined,
    });
    const door = new Door();
    server = await startEcsServer(door);
    server.operations = {
      RunTask: ecs.runTask.bind(ecs),
      ListTasks: ecs.listTasks.bind(ecs),
      DescribeTasks: ecs.describeTasks.bind(ecs),
      StopTask: ecs.stopTask.bind(ecs),
    };
    client = new ECSClient({
      endpoint: server.endpoint,
      region: "eu-west-1",
      credentials: door.credentials,
    });
  });
  afterEach(() => {
    client.destroy();
    server.stop();
  });

  function runTask(input: Partial<RunTaskCommandInput> = {}) {
    return client.send(
      new RunTaskCommand({
        cluster: "workers",
        taskDefinition: "thumbnails",
        networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
        ...input,
      }),
    );
  }

  it("starts as many tasks as asked, with the registered environment and the overrides on top", async () => {
    const override = { name: "worker", environment: [{ name: "B", value: "overridden" }] };
    const { tasks = [], failures } = await runTask({
      count: 3,
      overrides: { containerOverrides: [override] },
    });
    assert.deepEqual(failures, []);
    assert.deepEqual(
      tasks.map(({ lastStatus, desiredStatus, group }) => ({ lastStatus, desiredStatus, group })),
      Array(3).fill({ lastStatus: "RUNNING", desiredStatus: "RUNNING", group: "family:thumbnails" }),
    );
    assert.deepEqual(
      containers.runs.map(({ environment }) => environment),
      Array(3).fill({ A: "registered", B: "overridden" }),
    );
  });

  it("gives the same task for the same token, even when it has stopped", async () => {
    const first = await runTask({ clientToken: "slot-1" });
    await containers.end(0, 0);
    const second = await runTask({ clientToken: "slot-1" });
    assert.equal(second.tasks?.[0]?.taskArn, first.tasks?.[0]?.taskArn);
    assert.equal(second.tasks?.[0]?.lastStatus, "STOPPED");
    assert.equal(containers.runs.length, 1);
  });

  it("refuses a known token with other parameters, and names its tasks", async () => {
    const { tasks } = await runTask({ clientToken: "slot-1" });
    await assert.rejects(runTask({ clientToken: "slot-1", count: 2 }), (error) => {
      assert.ok(error instanceof ConflictException);
      assert.deepEqual(error.resourceIds, [tasks?.[0]?.taskArn]);
      return true;
    });
  });

  it("forgets a token an hour after its task has stopped", async () => {
    await runTask({ clientToken: "slot-1" });
    clock.advance(5 * 3600_000);
    await runTask({ clientToken: "slot-1" });
    assert.equal(containers.runs.length, 1);
    await containers.end(0, 0);
    clock.advance(3600_000);
    await runTask({ clientToken: "slot-1" });
    assert.equal(containers.runs.length, 2);
  });

  const refused: [what: string, input: Partial<RunTaskCommandInput>][] = [
    ["more than ten tasks in a call", { count: 11 }],
    [
      "a launch type together with a capacity provider strategy",
      { launchType: "FARGATE", capacityProviderStrategy: [{ capacityProvider: "FARGATE" }] },
    ],
    ["a task without subnets", { networkConfiguration: undefined }],
    [
      "an override for a container that does not exist",
      { overrides: { containerOverrides: [{ name: "other" }] } },
    ],
    ["a startedBy of more than 36 characters", { startedBy: "x".repeat(37) }],
    ["a token of more than 64 characters", { clientToken: "x".repeat(65) }],
  ];
  for (const [what, input] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(runTask(input), InvalidParameterException);
      assert.equal(containers.runs.length, 0);
    });
  }

  it("knows only registered clusters and task definitions", async () => {
    await assert.rejects(runTask({ cluster: "other" }), { name: "ClusterNotFoundException" });
    await assert.rejects(runTask({ taskDefinition: "other" }), { name: "ClientException" });
    const { tasks } = await runTask({ cluster: cluster.arn, taskDefinition: definition.arn });
    assert.equal(tasks?.length, 1);
  });

  it("lists tasks by family and by the status that is wanted, in pages", async () => {
    const { tasks = [] } = await runTask({ count: 3 });
    await containers.end(1, 0);
    const arns = tasks.map(({ taskArn = "" }) => taskArn);
    const list = async (input: object) => {
      const page = await client.send(new ListTasksCommand({ cluster: "workers", ...input }));
      return { arns: page.taskArns, next: page.nextToken };
    };
    assert.deepEqual((await list({ family: "thumbnails" })).arns, [arns[0], arns[2]]);
    assert.deepEqual((await list({ desiredStatus: "STOPPED" })).arns, [arns[1]]);
    assert.deepEqual((await list({ family: "other" })).arns, []);
    const first = await list({ maxResults: 1 });
    assert.deepEqual(first.arns, [arns[0]]);
    assert.deepEqual(await list({ maxResults: 1, nextToken: first.next }), {
      arns: [arns[2]],
      next: undefined,
    });
  });

  it("lists what was started by somebody, and takes no other filter beside that, as ECS does", async () => {
    await runTask({ startedBy: "fleet" });
    await runTask({});
    const list = (input: object) => client.send(new ListTasksCommand({ cluster: "workers", ...input }));
    assert.equal((await list({ startedBy: "fleet" })).taskArns?.length, 1);
    for (const further of [
      { family: "thumbnails" },
      { desiredStatus: "RUNNING" },
      { serviceName: "warm" },
      { launchType: "FARGATE" },
    ]) {
      await assert.rejects(list({ startedBy: "fleet", ...further }), InvalidParameterException);
    }
  });

  it("tells EventBridge when a task has stopped, with its exit code", async () => {
    const { tasks } = await runTask();
    await containers.end(0, 3);
    const last = events.at(-1);
    assert.equal(last?.["detail-type"], "ECS Task State Change");
    assert.deepEqual(last.resources, [tasks?.[0]?.taskArn]);
    assert.equal(last.detail["lastStatus"], "STOPPED");
    assert.equal(last.detail["clusterArn"], cluster.arn);
    const described = await client.send(
      new DescribeTasksCommand({ cluster: "workers", tasks: [tasks?.[0]?.taskArn ?? "", "unknown"] }),
    );
    assert.equal(described.tasks?.[0]?.containers?.[0]?.exitCode, 3);
    assert.equal(described.tasks[0].stopCode, "EssentialContainerExited");
    assert.deepEqual(described.failures, [{ arn: "unknown", reason: "MISSING" }]);
  });

  it("stops a task with SIGTERM, and with SIGKILL when stopTimeout has passed", async () => {
    const { tasks } = await runTask();
    const stop = new StopTaskCommand({ cluster: "workers", task: tasks?.[0]?.taskArn, reason: "deploy" });
    const { task } = await client.send(stop);
    assert.equal(task?.desiredStatus, "STOPPED");
    assert.deepEqual(containers.signals, ["SIGTERM"]);
    clock.advance(119_000);
    assert.deepEqual(containers.signals, ["SIGTERM"]);
    clock.advance(1_000);
    assert.deepEqual(containers.signals, ["SIGTERM", "SIGKILL"]);
  });
});
