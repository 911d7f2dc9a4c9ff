import { createHash } from "node:crypto";
import { RunTaskCommand } from "@aws-sdk/client-ecs";
import type { ECSClient, RunTaskCommandOutput } from "@aws-sdk/client-ecs";
import { required } from "./environment";
import type { Environment } from "./environment";

/**
 * Within this time a slot's worker is started once, however many invocations ask for it. Shorter than the life
 * of a worker that finds no job, so that a slot can be filled again when its worker has left.
 */
const slotSeconds = 30;

/** ECS lists a task that it has just started within this time: its answers are only eventually consistent. */
const listingLagSeconds = 5;

/**
 * Starts the worker of a slot on the first capacity provider that has room.
 *
 * Invocations do not know of each other: slot and time make the `clientToken` of RunTask, for which ECS starts
 * one task however often it is asked, and answers with that task again.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 *
 * @returns whether the slot's worker is starting now, by this call or by one that another invocation has just
 *   made; why not is logged
 */
export async function startWorker(env: Environment, ecs: ECSClient, slot: number): Promise<boolean> {
  const now = Date.now();
  for (const capacityProvider of required(env, "ECS_CAPACITY_PROVIDERS").split(",")) {
    try {
      if (await startOn(env, ecs, slot, capacityProvider, now)) return true;
    } catch (error) {
      console.warn({ event: "worker-not-started", slot, capacityProvider, error: String(error) });
    }
  }
  return false;
}

async function startOn(
  env: Environment,
  ecs: ECSClient,
  slot: number,
  capacityProvider: string,
  now: number,
): Promise<boolean> {
  for (const clientToken of slotTokens(slot, capacityProvider, now)) {
    const answer = await ecs.send(new RunTaskCommand(runTaskInput(env, capacityProvider, clientToken)));
    // A lack of capacity is no error of the call.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
    if (answer.failures !== undefined && answer.failures.length > 0) {
      console.warn({ event: "worker-not-started", slot, capacityProvider, failures: answer.failures });
      return false;
    }
    if (isStarting(answer, now)) return true;
  }
  console.warn({
    event: "worker-not-started",
    slot,
    capacityProvider,
    error: "its last one has just stopped",
  });
  return false;
}

/**
 * The tokens to try. Right after the time of one has begun, a worker started with the one before may not be
 * listed yet: asking with that one first gives that worker, instead of a second one beside it.
 */
function slotTokens(slot: number, capacityProvider: string, now: number): string[] {
  const seconds = now / 1000;
  const bucket = Math.floor(seconds / slotSeconds);
  const buckets = seconds - bucket * slotSeconds < listingLagSeconds ? [bucket - 1, bucket] : [bucket];
  // A token with other parameters is an error, so the capacity provider is part of it; 64 characters are allowed.
  return buckets.map((each) =>
    createHash("sha256").update(`${slot} ${capacityProvider} ${each}`).digest("hex"),
  );
}

/** False for the answer to a token of old: its task has been listed since, or is no more. */
function isStarting({ tasks = [] }: RunTaskCommandOutput, now: number): boolean {
  const createdAt = tasks[0]?.createdAt;
  return createdAt === undefined || now - createdAt.getTime() < listingLagSeconds * 1000;
}

function runTaskInput(env: Environment, capacityProvider: string, clientToken: string) {
  return {
    cluster: required(env, "ECS_CLUSTER_NAME"),
    taskDefinition: required(env, "ECS_TASK_DEFINITION"),
    count: 1,
    clientToken,
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
