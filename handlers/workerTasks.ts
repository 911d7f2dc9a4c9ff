import { DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import type { DesiredStatus, ECSClient, Task } from "@aws-sdk/client-ecs";
import { required } from "./environment";
import type { Environment } from "./environment";

/** A worker that works lives longer: it waits for further jobs for half a minute before it leaves. */
const youngSeconds = 60;

/** DescribeTasks takes no more at once. */
const tasksPerDescription = 100;

/** The family's tasks that ECS wants running, warm ones and ones that are only starting included. */
export async function countRunningWorkers(env: Environment, ecs: ECSClient): Promise<number> {
  return (await listWorkers(env, ecs, "RUNNING")).length;
}

/**
 * How many workers of the deployed revision have failed soon after they were started, or could not start, as
 * far back as ECS remembers: about an hour. A worker taken away (Spot, a deployment) has not failed.
 */
export async function countDiedYoung(env: Environment, ecs: ECSClient): Promise<number> {
  const taskArns = await listWorkers(env, ecs, "STOPPED");
  const pages = Array.from({ length: Math.ceil(taskArns.length / tasksPerDescription) }, (_, page) =>
    taskArns.slice(page * tasksPerDescription, (page + 1) * tasksPerDescription),
  );
  const answers = await Promise.all(
    pages.map((tasks) =>
      ecs.send(new DescribeTasksCommand({ cluster: required(env, "ECS_CLUSTER_NAME"), tasks })),
    ),
  );
  return answers
    .flatMap(({ tasks = [] }) => tasks)
    .filter((task) => task.taskDefinitionArn === required(env, "ECS_TASK_DEFINITION_ARN"))
    .filter(diedYoung).length;
}

async function listWorkers(
  env: Environment,
  ecs: ECSClient,
  desiredStatus: DesiredStatus,
): Promise<string[]> {
  const taskArns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new ListTasksCommand({
        cluster: required(env, "ECS_CLUSTER_NAME"),
        family: required(env, "ECS_TASK_DEFINITION"),
        desiredStatus,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    taskArns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return taskArns;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/userguide/stopped-task-error-codes.html */
function diedYoung({ stopCode, containers = [], startedAt, stoppedAt }: Task): boolean {
  if (stopCode === "TaskFailedToStart") return true;
  const failed = stopCode === "EssentialContainerExited" && containers.some(({ exitCode }) => exitCode !== 0);
  if (!failed || startedAt === undefined || stoppedAt === undefined) return failed;
  return stoppedAt.getTime() - startedAt.getTime() < youngSeconds * 1000;
}
