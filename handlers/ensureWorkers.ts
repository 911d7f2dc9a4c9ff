import { createHash } from "node:crypto";
import { ListTasksCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import type { ECSClient } from "@aws-sdk/client-ecs";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { required, requiredCount } from "./environment";
import type { Environment } from "./environment";

/** The clients that starting workers needs; they live as long as the Lambda's execution environment. */
export interface WorkerClients {
  ecs: ECSClient;
  sqs: SQSClient;
}

/**
 * Within this time a slot's worker is started once, however many invocations ask for it. It is longer than
 * ECS takes to list a task that it has just started, and shorter than the life of the shortest-lived worker.
 */
const slotSeconds = 30;

/**
 * Starts the workers that the waiting jobs need and that do not run yet.
 *
 * Wanted is one worker for each `JOBS_PER_WORKER` waiting jobs, at least one when a job waits, at most
 * `MAX_WORKERS`. Invocations do not know of each other: each missing worker has a slot number, and slot and
 * time make the `clientToken` of its RunTask, for which ECS starts one task however often it is asked.
 *
 * @param leastJobs jobs that wait for certain, such as one just sent: SQS counts approximately
 * @returns how many RunTask calls ECS has taken
 * @throws Error when SQS or ECS cannot be asked at all. A worker that does not start is logged and no error:
 *   the jobs are safe in their queue, and superviseWorkers asks again within a minute
 */
export async function ensureWorkers(
  env: Environment,
  { ecs, sqs }: WorkerClients,
  leastJobs = 0,
): Promise<number> {
  const waiting = Math.max(leastJobs, await waitingJobs(env, sqs));
  if (waiting === 0) return 0;
  const wanted = Math.min(
    requiredCount(env, "MAX_WORKERS"),
    Math.ceil(waiting / requiredCount(env, "JOBS_PER_WORKER")),
  );
  const running = await runningWorkers(env, ecs);
  const slots = Array.from({ length: Math.max(0, wanted - running) }, (_, index) => running + index);
  const started = await Promise.all(slots.map(async (slot) => startWorker(env, ecs, slot)));
  const startedCount = started.filter(Boolean).length;
  if (slots.length > 0) {
    console.log({ event: "workers-ensured", waitingJobs: waiting, wanted, running, started: startedCount });
  }
  return startedCount;
}

async function waitingJobs(env: Environment, sqs: SQSClient): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: required(env, "JOB_QUEUE_URL"),
      AttributeNames: ["ApproximateNumberOfMessages"],
    }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

/** The family's tasks that ECS wants running, warm ones and ones that are only starting included. */
async function runningWorkers(env: Environment, ecs: ECSClient): Promise<number> {
  let count = 0;
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new ListTasksCommand({
        cluster: required(env, "ECS_CLUSTER_NAME"),
        family: required(env, "ECS_TASK_DEFINITION"),
        desiredStatus: "RUNNING",
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    count += page.taskArns?.length ?? 0;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return count;
}

/** Whether one of the capacity providers, tried in their order, has taken the task. */
async function startWorker(env: Environment, ecs: ECSClient, slot: number): Promise<boolean> {
  for (const capacityProvider of required(env, "ECS_CAPACITY_PROVIDERS").split(",")) {
    try {
      const { failures } = await ecs.send(new RunTaskCommand(runTaskInput(env, slot, capacityProvider)));
      // A lack of capacity is no error of the call.
      // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
      if (failures === undefined || failures.length === 0) return true;
      console.warn({ event: "worker-not-started", slot, capacityProvider, failures });
    } catch (error) {
      console.warn({ event: "worker-not-started", slot, capacityProvider, error: String(error) });
    }
  }
  return false;
}

function runTaskInput(env: Environment, slot: number, capacityProvider: string) {
  return {
    cluster: required(env, "ECS_CLUSTER_NAME"),
    taskDefinition: required(env, "ECS_TASK_DEFINITION"),
    count: 1,
    clientToken: slotToken(slot, capacityProvider, Date.now()),
    capacityProviderStrategy: [{ capacityProvider, weight: 1 }],
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: required(env, "ECS_TASK_VPC_SUBNETS").split(","),
        securityGroups: [required(env, "ECS_TASK_SECURITY_GROUP")],
        assignPublicIp: "ENABLED" as const,
      },
    },
    overrides: {
      containerOverrides: [
        {
          name: required(env, "ECS_CONTAINER_NAME"),
          environment: [{ name: "WORKER_IDLE_SECONDS", value: required(env, "WORKER_IDLE_SECONDS") }],
        },
      ],
    },
  };
}

/**
 * The same for every invocation that asks for this slot within the same `slotSeconds`; a token may have 64
 * characters, and the same one with other parameters is an error, so the capacity provider is part of it.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 */
function slotToken(slot: number, capacityProvider: string, nowMilliseconds: number): string {
  const bucket = Math.floor(nowMilliseconds / 1000 / slotSeconds);
  return createHash("sha256").update(`${slot} ${capacityProvider} ${bucket}`).digest("hex");
}
