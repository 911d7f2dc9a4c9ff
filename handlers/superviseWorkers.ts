import { ECSClient } from "@aws-sdk/client-ecs";
import { SQSClient } from "@aws-sdk/client-sqs";
import { ensureWorkers } from "./ensureWorkers";
import type { WorkerClients } from "./ensureWorkers";
import type { Environment } from "./environment";

/**
 * Makes the handler that runs every minute and whenever a worker stops: it starts the workers that a RunTask
 * in trouble, or a worker that left in the very moment of an upload, has left missing.
 */
export function superviseWorkers(
  env: Environment,
  clients: WorkerClients = { ecs: new ECSClient({}), sqs: new SQSClient({}) },
): () => Promise<void> {
  return async () => {
    await ensureWorkers(env, clients);
  };
}
