import type { SQSClient } from "@aws-sdk/client-sqs";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { asciiJson } from "../../contract/asciiJson";
import type { Job } from "../../contract/job";
import { queueRetentionSeconds } from "../../contract/job";
import type { ReceivedMessage } from "./receivedJob";

/** SQS takes no more. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const maxDelaySeconds = 900;

/** A job is put aside this long before SQS might drop it, which it does without a word. */
const marginSeconds = 24 * 3600;

/**
 * Sends a job to the jobs queue once more, to be shown after `delaySeconds`, with the failures that it has by now; the
 * message in hand is to be deleted after that. SQS's own count of receives begins anew with it, which is the point:
 * SQS counts a receive whatever comes of it, and a worker that is stopped or waits for S3 must cost a job no try.
 */
export async function sendAgain(
  sqs: SQSClient,
  queueUrl: string,
  job: Job,
  message: ReceivedMessage,
  failures: number,
  delaySeconds: number,
): Promise<void> {
  const again: Job = {
    ...job,
    ...(failures > 0 && { failures }),
    queuedAt: queuedAt(job, message).toISOString(),
  };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: asciiJson(again),
      DelaySeconds: Math.min(maxDelaySeconds, Math.round(delaySeconds)),
    }),
  );
}

/** Whether a job waits so long already that SQS would soon have dropped the message that it first came with. */
export function hasWaitedTooLong(job: Job, message: ReceivedMessage): boolean {
  const waitedSeconds = (Date.now() - queuedAt(job, message).getTime()) / 1000;
  return waitedSeconds > queueRetentionSeconds - marginSeconds;
}

/** When the job first came into the queue; each time that it is sent again, SQS counts its age from then. */
function queuedAt(job: Job, { sentAt }: ReceivedMessage): Date {
  const first = new Date(job.queuedAt ?? NaN);
  return Number.isNaN(first.getTime()) ? sentAt : first;
}
