import { s3Client, sqsClient } from "../awsClients";
import { Allowance } from "../child/allowance";
import { TaskMemory } from "../child/taskMemory";
import type { QueueEnvironment } from "../environment";
import type { Log } from "../log";
import { LoopbackServer } from "../source/loopbackServer";
import { handleMessage } from "./handleMessage";
import type { JobBench } from "./jobInHand";
import { poll, pollSeconds } from "./poll";

/** Of the time between SIGTERM and SIGKILL, the part that the job in hand has; the rest is for giving it back. */
const finishingPart = 7 / 8;

/**
 * Takes one job after the other from the queue until none came for `idleSeconds`, until a job has left the worker too
 * large, or until `stop` is aborted: the job in hand is finished then if the time that ECS gives is enough for it, and
 * else is in the queue again, with as many tries left as before. Throws when the queue stays unreachable.
 */
export async function runQueueWorker(
  environment: QueueEnvironment,
  log: Log,
  stop: AbortSignal,
): Promise<void> {
  const { answerSeconds, idleSeconds = Infinity, stopTimeoutSeconds, thumbnail, kmsKeyArn } = environment;
  const loopback = await LoopbackServer.start();
  const deadline = after(stop, stopTimeoutSeconds * finishingPart);
  const memory = new TaskMemory(environment.taskMemoryMiB);
  const allowance = () => new Allowance(memory, environment.videoCpuSeconds);
  const workshop = { s3: s3Client(answerSeconds), kmsKeyArn, loopback, thumbnail, allowance };
  const sqs = sqsClient(answerSeconds, pollSeconds(idleSeconds));
  const bench: JobBench = { environment, workshop, sqs, log, memory, stop, deadline: deadline.signal };
  try {
    await poll(bench, (message) => handleMessage(bench, message));
  } finally {
    deadline.cancel();
    loopback.stop();
    workshop.s3.destroy();
    sqs.destroy();
  }
}

/** A signal that is aborted so many seconds after another one. */
function after(signal: AbortSignal, seconds: number): { signal: AbortSignal; cancel: () => void } {
  const later = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => {
      later.abort(signal.reason);
    }, seconds * 1000);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  return {
    signal: later.signal,
    cancel: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    },
  };
}
