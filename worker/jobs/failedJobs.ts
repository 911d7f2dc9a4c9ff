import type { SQSClient } from "@aws-sdk/client-sqs";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { asciiJson } from "../../contract/asciiJson";
import type { FailureReasonText } from "../../contract/failureReasons";
import type { FailedJobMessage, Job } from "../../contract/job";

/**
 * Sends a job that is not tried again to the failed-jobs queue: its fields (or, of a message that is no job, the
 * message itself) with `reason`, `attempts` and `failedAt` in the body, and the reason as a message attribute.
 */
export async function sendToFailedJobs(
  sqs: SQSClient,
  queueUrl: string,
  job: Job | { readonly message: string },
  reason: FailureReasonText,
  attempts: number,
): Promise<void> {
  const message: FailedJobMessage = {
    ...job,
    ...("key" in job && { failures: undefined, queuedAt: undefined }),
    reason,
    attempts,
    failedAt: new Date().toISOString(),
  };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: asciiJson(message),
      MessageAttributes: {
        reason: { DataType: "String", StringValue: reason },
      },
    }),
  );
}
