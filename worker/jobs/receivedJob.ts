import type { Message } from "@aws-sdk/client-sqs";

/** What SQS tells of a message besides its text. */
export const systemAttributes = ["ApproximateReceiveCount", "SentTimestamp"] as const;

/** A message of the jobs queue, as SQS gave it. */
export interface ReceivedMessage {
  readonly body: string;
  /**
   * How often it was given to a worker. Each worker that can say how its job ended deletes the message: whatever came
   * before this time ended without a word (the worker was killed, or SQS's answer never reached one).
   */
  readonly receiveCount: number;
  readonly sentAt: Date;
}

export function readMessage({ Body = "", Attributes }: Message): ReceivedMessage {
  return {
    body: Body,
    receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? Date.now())),
  };
}
