import { createHash } from "node:crypto";
import { RunTaskCommand } from "@aws-sdk/client-ecs";
import type { ECSClient, RunTaskCommandOutput } from "@aws-sdk/client-ecs";
import { startedByFleet } from "../contract/fleet";
import { required } from "./environment";
import type { Environment } from "./environment";

/**
 * Within this time a slot's worker is started once, however many invocations ask for it. Shorter than the life
 * of a worker that finds no job, so that a slot can be filled again when its worker has left; and no divisor of
 * the supervision's minute, so that no two supervisions running come at the same bad time for a start.
 */
const slotSeconds = 25;

/** ECS lists a task that it has just started within this time: its answers are only eventually consistent. */
const listingLagSeconds = 5;

/** What was listed longer ago is no reason to start a worker; calls that are tried again may take so long. */
const listingValidSeconds = 3;

/**
 * Starts the worker of a slot on the first capacity provider that has room.
 *
 * Invocations do not know of each other: slot and time make the `clientToken` of RunTask, for which ECS starts
 * one task however often it is asked, and answers with that task again.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 *
 * @param asOfMs when the running workers were listed
 * @returns whether the slot's worker is starting now, by this call or by one that another invocation has just
 *   made; why not is logged
 */
export async function startWorker(
  env: Environment,
  ecs: ECSClient,
  slot: number,
  asOfMs: number,
): Promise<boolean> {
  for (const capacityProvider of required(env, "ECS_CAPACITY_PROVIDERS").split(",")) {
    try {
      const outcome = await startOn(env, ecs, slot, capacityProvider, asOfMs);
      if (outcome !== "no capacity") return outcome === "starting";
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
  asOfMs: number,
): Promise<"starting" | "taken" | "no capacity"> {
  if (Date.now() - asOfMs > listingValidSeconds * 1000) {
    throw new Error(`the workers were listed more than ${listingValidSeconds} s ago`);
  }
  const clientToken = slotToken(slot, capacityProvider, asOfMs);
  const answer = await ecs.send(new RunTaskCommand(runTaskInput(env, capacityProvider, clientToken)));
  // A lack of capacity is no error of the call.
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
  if (answer.failures !== undefined && answer.failures.length > 0) {
    console.warn({ event: "worker-not-started", slot, capacityProvider, failures: answer.failures });
    return "no capacity";
  }
  if (isStarting(answer, asOfMs)) return "starting";
  const error = "one that was started for it some seconds ago is listed already, or has stopped";
  console.warn({ event: "worker-not-started", slot, capacityProvider, error });
  return "taken";
}

/**
 * The slots in which a worker may be started when `running` of them are taken.
 *
 * Around the moment at which the slots' tokens change, invocations before it and after it start workers that they do
 * not see of each other. The ones have the even slots then and the others the odd ones, so that together, whatever
 * else stops meanwhile, they fill no more than there are.
 */
export function freeSlots(running: number, maxWorkers: number, asOfMs: number): number[] {
  const seconds = (asOfMs / 1000) % slotSeconds;
  const unseenSeconds = listingLagSeconds + listingValidSeconds;
  const isBeforeChange = seconds >= slotSeconds - unseenSeconds;
  const isAfterChange = seconds < unseenSeconds;
  const free = Array.from({ length: Math.max(0, maxWorkers - running) }, (_, index) => running + index);
  return free.filter((slot) => !(slot % 2 === 0 ? isAfterChange : isBeforeChange));
}

/** A token with other parameters is an error, so the capacity provider is part of it; 64 characters are allowed. */
function slotToken(slot: number, capacityProvider: string, asOfMs: number): string {
  const bucket = Math.floor(asOfMs / 1000 / slotSeconds);
  return createHash("sha256").update(`${slot} ${capacityProvider} ${bucket}`).digest("hex");
}

/** False for the answer to a token of old: its task has been listed since, or is no more. */
function isStarting({ tasks = [] }: RunTaskCommandOutput, asOfMs: number): boolean {
  const createdAt = tasks[0]?.createdAt;
  return createdAt === undefined || asOfMs - createdAt.getTime() < listingLagSeconds * 1000;
}

function runTaskInput(env: Environment, capacityProvider: string, clientToken: string) {
  return {
    cluster: required(env, "ECS_CLUSTER_NAME"),
    taskDefinition: required(env, "ECS_TASK_DEFINITION"),
    count: 1,
    startedBy: startedByFleet,
    clientToken,
    capacityProviderStrategy: [{ capacityProvider, weight: 1 }],
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: required(env, "ECS_TASK_VPC_SUBNETS").split(","),
        securityGroups: [required(env, "ECS_TASK_SECURITY_GROUP")],
        assignPublicIp:
          env["ECS_TASK_PUBLIC_IP"] === "DISABLED" ? ("DISABLED" as const) : ("ENABLED" as const),
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
