import { DescribeTasksCommand, ListTasksCommand, type ECSClient } from "@aws-sdk/client-ecs";
import { isWorker } from "../contract/fleet";

export interface WorkerCounts {
  running: number;
  /** Placed, pulling their image, or about to run. */
  starting: number;
}

/** The workers of a cluster that ECS wants running; what somebody runs by hand there is none. */
export async function countWorkers(ecs: ECSClient, cluster: string): Promise<WorkerCounts> {
  const counts = { running: 0, starting: 0 };
  let nextToken: string | undefined;
  do {
    // A page has at most 100 tasks, as many as DescribeTasks takes.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
    const { taskArns = [], ...page } = await ecs.send(
      new ListTasksCommand({ cluster, desiredStatus: "RUNNING", ...(nextToken && { nextToken }) }),
    );
    if (taskArns.length > 0) {
      const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
      for (const { lastStatus } of tasks.filter(isWorker))
        counts[lastStatus === "RUNNING" ? "running" : "starting"] += 1;
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return counts;
}
