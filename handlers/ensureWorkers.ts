import type { ECSClient } from "@aws-sdk/client-ecs";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { required, requiredCount } from "./environment";
import type { Environment } from "./environment";
import { freeSlots, startWorker } from "./startWorker";
import { countDiedYoung, countRunningWorkers } from "./workerTasks";

/** The clients that starting workers needs; they live as long as the Lambda's execution environment. */
export interface WorkerClients {
  ecs: ECSClient;
  sqs: SQSClient;
}

/** When as many workers as this, for each of MAX_WORKERS, have died young, they are started one by one. */
const youngDeathsPerWorker = 3;

/** Looking at the running workers again costs a call that may be throttled. */
const lookValidMs = 1000;

/** How many of a burst's invocations call for each worker that is missing, about: enough that none is forgotten. */
const callsPerWorker = 5;

/**
 * Starts the workers that the waiting jobs need and that do not run yet.
 *
 * Wanted is one worker for each `JOBS_PER_WORKER` waiting jobs, at least one when a job waits, at most
 * `MAX_WORKERS`. While workers keep dying young (an image that cannot start), only one at a time is wanted, so
 * that it shows when the cause is gone and costs little until then.
 *
 * @param leastJobs jobs just sent, which wait for certain: SQS counts approximately. The call is one of many then, in
 *   a burst, and starts its share of the missing workers; without it, it starts all of them
 * @returns how many workers are starting now
 * @throws Error when SQS or ECS cannot be asked at all. A worker that does not start is logged and no error:
 *   the jobs are safe in their queue, and superviseWorkers asks again within a minute
 */
export async function ensureWorkers(
  env: Environment,
  { ecs, sqs }: WorkerClients,
  leastJobs = 0,
): Promise<number> {
  const waiting = Math.max(leastJobs, await countWaitingJobs(env, sqs));
  if (waiting === 0) return 0;
  const maxWorkers = requiredCount(env, "MAX_WORKERS");
  const needed = Math.min(maxWorkers, Math.ceil(waiting / requiredCount(env, "JOBS_PER_WORKER")));
  let [asOfMs, running] = [Date.now(), await countRunningWorkers(env, ecs)];
  if (running >= needed) return 0;

  const diedYoung = await countDiedYoung(env, ecs);
  // After a busy hour there are so many stopped workers that no worker could be started on the first look any more.
  if (Date.now() - asOfMs > lookValidMs) {
    [asOfMs, running] = [Date.now(), await countRunningWorkers(env, ecs)];
  }
  const wanted = diedYoung < youngDeathsPerWorker * maxWorkers ? needed : 1;
  const missing = freeSlots(running, maxWorkers, asOfMs).slice(0, Math.max(0, wanted - running));
  const slots = leastJobs > 0 ? shareOf(missing, leastJobs, waiting) : missing;
  const starting = await Promise.all(slots.map(async (slot) => startWorker(env, ecs, slot, asOfMs)));
  const started = starting.filter(Boolean).length;
  console.log({ event: "workers-ensured", waitingJobs: waiting, wanted, running, started, diedYoung });
  return started;
}

/**
 * An upload's share of the missing workers' slots: at most one for each of its jobs, and none when so many uploads
 * wait that the others' shares are enough. RunTask would otherwise be called for every missing worker by each of a
 * burst's thousand invocations, and throttle all of them.
 */
function shareOf(missing: number[], jobs: number, waiting: number): number[] {
  if (Math.random() * waiting > callsPerWorker * missing.length * jobs) return [];
  const from = Math.floor(Math.random() * missing.length);
  return [...missing.slice(from), ...missing.slice(0, from)].slice(0, jobs);
}

async function countWaitingJobs(env: Environment, sqs: SQSClient): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: required(env, "JOB_QUEUE_URL"),
      AttributeNames: ["ApproximateNumberOfMessages"],
    }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}
