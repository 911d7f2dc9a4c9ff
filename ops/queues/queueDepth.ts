import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Messages of a queue; SQS counts approximately. */
export interface QueueDepth {
  waiting: number;
  inHand: number;
}

/** How many jobs or failures a queue has. */
export async function queueDepth(sqs: SQSClient, queueUrl: string): Promise<QueueDepth> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return {
    waiting: Number(Attributes["ApproximateNumberOfMessages"] ?? 0),
    inHand: Number(Attributes["ApproximateNumberOfMessagesNotVisible"] ?? 0),
  };
}
