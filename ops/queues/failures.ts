import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Stack } from "../stack";
import { readFailedEvent, type FailedEvent } from "./failedEvent";
import { readFailedJob, type FailedJob } from "./failedJob";
import { giveBack, takeMessages, type ReceivedMessage } from "./queueMessages";

/** All that failed and is left to a person. */
export interface Failures {
  jobs: FailedJob[];
  events: FailedEvent[];
}

/** What failed, which is left where it is; after an interruption not all of it. */
export async function readFailures(stack: Stack, interrupted: AbortSignal): Promise<Failures> {
  const { outputs, sqs } = stack;
  const maxReceiveCount = await readMaxReceiveCount(stack);
  const look = async <T>(queueUrl: string, read: (message: ReceivedMessage) => T): Promise<T[]> => {
    const messages = await takeMessages(sqs, queueUrl, interrupted);
    await giveBack(sqs, queueUrl, messages);
    return messages.map(read);
  };
  // Both to their ends, also where one is denied: what is still taken is hidden from whoever looks next.
  const [jobs, events] = await allSettled(
    look(outputs.failedJobsQueueUrl, (message) => readFailedJob(message, maxReceiveCount)),
    look(outputs.failedEventsQueueUrl, readFailedEvent),
  );
  return { jobs, events };
}

/** Rejects with what the first that failed failed of, once none is under way any more. */
async function allSettled<A, B>(...both: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  await Promise.allSettled(both);
  return Promise.all(both);
}

/** After how many tries SQS puts a job aside; null when the queue does not say. */
async function readMaxReceiveCount({ sqs, outputs }: Stack): Promise<number | null> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: outputs.jobQueueUrl, AttributeNames: ["RedrivePolicy"] }),
  );
  const policy = JSON.parse(Attributes?.RedrivePolicy ?? "{}") as { maxReceiveCount?: number | string };
  return policy.maxReceiveCount === undefined ? null : Number(policy.maxReceiveCount);
}
