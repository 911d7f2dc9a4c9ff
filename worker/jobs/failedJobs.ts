import type { SQSClient } from "@aws-sdk/client-sqs";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { asciiJson } from "../../contract/asciiJson";
import type { Job } from "./job";

/**
 * Sends a job that can never succeed to the failed-jobs queue: its fields (or, of a message that is no job, the
 * message itself) with `reason`, `attempts` and `failedAt` in the body, and the reason as a message attribute.
 */
export async function sendToFailedJobs(
  sqs: SQSClient,
  queueUrl: string,
  job: Job | { readonly message: string },
  reason: string,
  attempts: number,
): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: asciiJson({ ...job, reason, attempts, failedAt: new Date().toISOString() }),
      MessageAttributes: {
        reason: { DataType: "String", StringValue: reason },
      },
    }),
  );
}
