import { DescribeTasksCommand, ListTasksCommand, type ECSClient, type Task } from "@aws-sdk/client-ecs";
import { diedYoung, isWorker } from "../contract/fleet";

export interface WorkerCounts {
  running: number;
  /** Placed, pulling their image, or about to run. */
  starting: number;
}

/** A worker that failed within a minute of its start, or could not start. */
export interface YoungDeath {
  /** ISO 8601; null where ECS does not tell. */
  stoppedAt: string | null;
  reason: string;
}

/** The workers of a cluster that ECS wants running; what somebody runs by hand there is none. */
export async function countWorkers(ecs: ECSClient, cluster: string): Promise<WorkerCounts> {
  const workers = await workersOf(ecs, cluster, "RUNNING");
  const running = workers.filter(({ lastStatus }) => lastStatus === "RUNNING").length;
  return { running, starting: workers.length - running };
}

/** The workers that died young, as far back as ECS remembers, which is about an hour; the last one first. */
export async function youngDeaths(ecs: ECSClient, cluster: string): Promise<YoungDeath[]> {
  const stopped = await workersOf(ecs, cluster, "STOPPED");
  return stopped
    .filter(diedYoung)
    .map((task) => ({ stoppedAt: task.stoppedAt?.toISOString() ?? null, reason: reasonOf(task) }))
    .sort((a, b) => (b.stoppedAt ?? "").localeCompare(a.stoppedAt ?? ""));
}

async function workersOf(
  ecs: ECSClient,
  cluster: string,
  desiredStatus: "RUNNING" | "STOPPED",
): Promise<Task[]> {
  const workers: Task[] = [];
  let nextToken: string | undefined;
  do {
    // A page has at most 100 tasks, as many as DescribeTasks takes.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
    const { taskArns = [], ...page } = await ecs.send(
      new ListTasksCommand({ cluster, desiredStatus, ...(nextToken && { nextToken }) }),
    );
    if (taskArns.length > 0) {
      const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
      workers.push(...tasks.filter(isWorker));
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return workers;
}

/** What ECS says of the task, and of the container that failed. */
function reasonOf({ stoppedReason, containers = [] }: Task): string {
  const failed = containers.find(({ exitCode, reason }) => reason !== undefined || (exitCode ?? 0) !== 0);
  const details = [
    ...(failed?.exitCode === undefined ? [] : [`exit code ${failed.exitCode}`]),
    ...(failed?.reason === undefined ? [] : [failed.reason]),
  ];
  const why = stoppedReason ?? "ECS gives no reason";
  return details.length === 0 ? why : `${why} (${details.join(", ")})`;
}
