import { DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import type { ECSClient, ListTasksCommandInput } from "@aws-sdk/client-ecs";
import { diedYoung, isWorker, startedByFleet } from "../contract/fleet";
import { required } from "./environment";
import type { Environment } from "./environment";

/** DescribeTasks takes no more at once. */
const tasksPerDescription = 100;

/**
 * The workers that ECS wants running, warm ones and ones that are only starting included. What somebody runs by hand is
 * none; so is, for the minutes after an upgrade, a worker that a version before this one has started.
 */
export async function countRunningWorkers(env: Environment, ecs: ECSClient): Promise<number> {
  const warmService = env["ECS_WARM_SERVICE_NAME"];
  const lists = await Promise.all([
    // No other filter may stand beside this one; without one for the status, ECS lists what is to run.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
    listTasks(env, ecs, { startedBy: startedByFleet }),
    warmService === undefined
      ? []
      : listTasks(env, ecs, { serviceName: warmService, desiredStatus: "RUNNING" }),
  ]);
  return lists.flat().length;
}

/**
 * How many workers of the deployed revision have failed soon after they were started, or could not start, as
 * far back as ECS remembers: about an hour. A worker taken away (Spot, a deployment) has not failed, and what somebody
 * ran by hand was no worker.
 */
export async function countDiedYoung(env: Environment, ecs: ECSClient): Promise<number> {
  const family = required(env, "ECS_TASK_DEFINITION");
  const taskArns = await listTasks(env, ecs, { family, desiredStatus: "STOPPED" });
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
    .filter(isWorker)
    .filter((task) => task.taskDefinitionArn === required(env, "ECS_TASK_DEFINITION_ARN"))
    .filter(diedYoung).length;
}

async function listTasks(
  env: Environment,
  ecs: ECSClient,
  filter: Pick<ListTasksCommandInput, "startedBy" | "serviceName" | "family" | "desiredStatus">,
): Promise<string[]> {
  const taskArns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new ListTasksCommand({
        cluster: required(env, "ECS_CLUSTER_NAME"),
        ...filter,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    taskArns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return taskArns;
}
