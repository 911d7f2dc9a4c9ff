import { ecsClient, sqsClient } from "./awsClients";
import { ensureWorkers } from "./ensureWorkers";
import type { WorkerClients } from "./ensureWorkers";
import type { Environment } from "./environment";
import { countRunningWorkers } from "./workerTasks";

/**
 * Makes the handler that runs every minute and whenever a worker stops: it starts the workers that a RunTask
 * in trouble, or a worker that left in the very moment of an upload, has left missing.
 */
export function superviseWorkers(
  env: Environment,
  clients: WorkerClients = { ecs: ecsClient(), sqs: sqsClient() },
): () => Promise<void> {
  return async () => {
    await ensureWorkers(env, clients);
    await tellRunningWorkers(env, clients);
  };
}

/** The dashboard's figure: ECS has no metric of tasks that belong to no service. A stack at rest logs nothing. */
async function tellRunningWorkers(env: Environment, { ecs }: WorkerClients): Promise<void> {
  try {
    const running = await countRunningWorkers(env, ecs);
    if (running > 0) console.log({ event: "workers-counted", running });
  } catch (error) {
    console.warn({ event: "workers-not-counted", error: String(error) });
  }
}
