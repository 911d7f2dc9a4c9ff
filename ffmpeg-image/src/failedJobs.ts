import type { SQSClient } from "@aws-sdk/client-sqs";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { printable } from "./errors";
import type { Job } from "./job";

/**
 * Sends a job that can never succeed to the failed-jobs queue: its fields (or, of a message that is no job, the
 * message itself) with `reason` and `failedAt` in the body, and the reason as a message attribute.
 */
export async function sendToFailedJobs(
  sqs: SQSClient,
  queueUrl: string,
  job: Job | { readonly message: string },
  reason: string,
): Promise<void> {
  const shown = printable(reason, 500);
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify({ ...job, reason: shown, failedAt: new Date().toISOString() }),
      MessageAttributes: { reason: { DataType: "String", StringValue: shown } },
    }),
  );
}
