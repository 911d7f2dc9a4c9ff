import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { asciiJson } from "../../contract/asciiJson";

/**
 * Sends up to ten jobs, each as its fields or, of a message that is no job, as its text.
 * @returns which of them SQS has not taken, by their index, and why
 */
export async function sendJobs(
  sqs: SQSClient,
  queueUrl: string,
  jobs: readonly (object | string)[],
): Promise<Map<number, string>> {
  const { Failed = [] } = await sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: jobs.map((job, index) => ({
        Id: String(index),
        MessageBody: typeof job === "string" ? job : asciiJson(job),
      })),
    }),
  );
  return new Map(Failed.map(({ Id, Code, Message }) => [Number(Id), Message ?? Code ?? "refused"]));
}
