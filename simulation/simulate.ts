import { onVideoUploaded } from "../handlers/onVideoUploaded";
import { superviseWorkers } from "../handlers/superviseWorkers";
import { every } from "../local/clock";
import { Ecs } from "../local/services/ecs/ecs";
import type { Operations } from "../local/services/ecs/ecsServer";
import type { TaskDefinition } from "../local/services/ecs/ecsTask";
import { allOf } from "../local/faults/faults";
import { Injector } from "../local/faults/injector";
import { launchRate } from "../local/faults/ecs/launchLimits";
import { listingLag } from "../local/faults/ecs/listingLag";
import { slowStart } from "../local/faults/ecs/taskStart";
import { clientsOf } from "./clients";
import { JobQueue } from "./jobQueue";
import { VirtualClock } from "./virtualClock";
import { workerModel } from "./workerModel";

export interface Scenario {
  maxWorkers: number;
  jobsPerWorker: number;
  workerIdleSeconds: number;
  /** From receiving a job until asking for the next. */
  secondsPerJob: number;
  /** When the uploads come, in seconds from the start, in order. */
  uploadsAtSeconds: () => Iterable<number>;
}

export interface Outcome {
  uploads: number;
  thumbnails: number;
  runTaskCalls: number;
  tasks: number;
  peakTasks: number;
  /** As Fargate bills them: by the second, from one minute up, the start included. */
  taskMinutes: number;
  /** The longest that a job waited for a worker. */
  oldestWaitSeconds: number;
  /** From the first upload until the last thumbnail. */
  seconds: number;
}

const leastBilledSeconds = 60;
/** Not at a full minute: an upload and EventBridge's minute do not come together. */
const startMs = Date.parse("2026-01-01T00:00:07Z");
const cluster = { name: "cluster", arn: "arn:aws:ecs:us-east-1:000000000000:cluster/cluster" };
const definition: TaskDefinition = {
  family: "worker",
  arn: "arn:aws:ecs:us-east-1:000000000000:task-definition/worker:1",
  containerName: "worker",
  roles: { task: "", execution: "" },
  container: {},
  cpuUnits: 256,
  memoryMiB: 512,
};

/**
 * Runs the handlers themselves on a virtual clock, until every upload has its thumbnail and every worker has left. ECS
 * is the local one with Fargate's launch rate, starts of 20 to 40 s and listings that lag; the worker is a model; a
 * Lambda takes no time.
 */
export async function simulate(scenario: Scenario, seed: number): Promise<Outcome> {
  const clock = new VirtualClock(startMs);
  const machine = { now: Date.now, random: Math.random, log: console.log, warn: console.warn };
  const injector = new Injector(seed, clock);
  Date.now = clock.now;
  Math.random = () => injector.random("handlers").next();
  Object.assign(console, { log: () => undefined, warn: () => undefined });
  try {
    return await run(scenario, clock, injector);
  } finally {
    Date.now = machine.now;
    Math.random = machine.random;
    Object.assign(console, { log: machine.log, warn: machine.warn });
  }
}

async function run(scenario: Scenario, clock: VirtualClock, injector: Injector): Promise<Outcome> {
  const queue = new JobQueue(clock);
  const faults = allOf(launchRate(injector), listingLag(injector), slowStart(injector));
  const outcome = { uploads: 0, thumbnails: 0, runTaskCalls: 0, tasks: 0, peakTasks: 0, seconds: 0 };
  const running = new Set<string>();
  let billedSeconds = 0;
  const change = { isPending: false };
  let work = Promise.resolve();

  const startWorker = workerModel({
    queue,
    clock,
    secondsPerJob: scenario.secondsPerJob,
    idleSeconds: scenario.workerIdleSeconds,
    onJobDone: () => {
      outcome.thumbnails += 1;
      outcome.seconds = (clock.now() - startMs) / 1000;
    },
    onChange: () => {
      change.isPending = true;
    },
  });
  const startSlowly = faults.container?.(startWorker) ?? startWorker;
  const ecs = new Ecs({
    region: "us-east-1",
    account: "000000000000",
    clusters: [cluster],
    definitions: [definition],
    clock,
    startContainer(task) {
      outcome.tasks += 1;
      running.add(task.taskId);
      outcome.peakTasks = Math.max(outcome.peakTasks, running.size);
      return startSlowly(task);
    },
    onEvent: () => undefined,
    onTask(task) {
      if (task.stoppedAtMs === undefined) return;
      running.delete(task.arn.split("/").at(-1) ?? "");
      billedSeconds += Math.max(leastBilledSeconds, (task.stoppedAtMs - task.createdAtMs) / 1000);
      work = work.then(supervise);
    },
  });
  const operations: Operations = {
    RunTask: ecs.runTask.bind(ecs),
    ListTasks: ecs.listTasks.bind(ecs),
    DescribeTasks: ecs.describeTasks.bind(ecs),
  };
  const env = environment(scenario);
  const failing = faults.ecs?.(operations) ?? operations;
  const counted: Operations = {
    ...failing,
    RunTask(input: never) {
      outcome.runTaskCalls += 1;
      return failing["RunTask"]?.(input) ?? {};
    },
  };
  const clients = clientsOf(counted, queue);
  const supervise = superviseWorkers(env, clients);
  const upload = onVideoUploaded(env, clients);

  every(clock, 60_000, () => {
    work = work.then(supervise);
  });
  const times = scenario.uploadsAtSeconds()[Symbol.iterator]() as Iterator<number, undefined>;
  const scheduleUpload = () => {
    const next = times.next();
    if (next.done === true) return;
    outcome.uploads += 1;
    clock.after(startMs + next.value * 1000 - clock.now(), () => {
      scheduleUpload();
      work = work.then(async () => upload(uploadEvent as never));
    });
  };
  scheduleUpload();
  while (outcome.thumbnails < outcome.uploads || running.size > 0) {
    clock.step(Infinity);
    await work;
    while (change.isPending) {
      change.isPending = false;
      await new Promise(setImmediate);
      await work;
    }
  }
  return { ...outcome, taskMinutes: billedSeconds / 60, oldestWaitSeconds: queue.oldestWaitMs / 1000 };
}

const uploadEvent = {
  Records: [
    {
      eventTime: "2026-01-01T00:00:00.000Z",
      s3: { bucket: { name: "bucket" }, object: { key: "video.mp4", eTag: "e", size: 1 } },
    },
  ],
};

function environment({ maxWorkers, jobsPerWorker, workerIdleSeconds }: Scenario): Record<string, string> {
  return {
    ECS_CLUSTER_NAME: cluster.name,
    ECS_TASK_DEFINITION: definition.family,
    ECS_TASK_DEFINITION_ARN: definition.arn,
    ECS_CONTAINER_NAME: definition.containerName,
    ECS_TASK_VPC_SUBNETS: "subnet",
    ECS_TASK_SECURITY_GROUP: "group",
    ECS_CAPACITY_PROVIDERS: "FARGATE",
    JOB_QUEUE_URL: "https://queue",
    OUTPUT_PREFIX: "thumb/",
    EXTRAS_PREFIX: "extras/",
    MAX_WORKERS: String(maxWorkers),
    JOBS_PER_WORKER: String(jobsPerWorker),
    WORKER_IDLE_SECONDS: String(workerIdleSeconds),
  };
}
