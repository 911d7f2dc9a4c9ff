import {
  ChangeMessageVisibilityBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** SQS takes and gives no more at once. */
export const batchSize = 10;

/** How long a message that is being looked at is hidden from others, should it never be given back. */
const hiddenSeconds = 600;

/** A message as SQS gave it, with what every message has. */
export type ReceivedMessage = Message & Required<Pick<Message, "MessageId" | "ReceiptHandle" | "Body">>;

/**
 * Everything that is visible in a queue, each message once. What is read is hidden from others until it is given
 * back or deleted; SQS knows no way to look without receiving. Gives all back where it rejects.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
export async function takeMessages(
  sqs: SQSClient,
  queueUrl: string,
  interrupted: AbortSignal,
): Promise<ReceivedMessage[]> {
  const taken = new Map<string, ReceivedMessage>();
  for (;;) {
    const receive = sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: batchSize,
        VisibilityTimeout: hiddenSeconds,
        // A poll that waits asks all of SQS's servers, so that an empty answer means an empty queue.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ["SentTimestamp"],
        // EventBridge tells in them what became of an event.
        MessageAttributeNames: ["All"],
      }),
    );
    const { Messages = [] } = await receive.catch(async (error: unknown) => {
      await giveBack(sqs, queueUrl, [...taken.values()]);
      throw error;
    });
    const received = Messages as ReceivedMessage[];
    const isNew = received.some(({ MessageId }) => !taken.has(MessageId));
    for (const message of received) taken.set(message.MessageId, message);
    if (!isNew || interrupted.aborted) return [...taken.values()];
  }
}

/** Makes messages visible again. One for which that fails becomes visible by itself, some minutes later. */
export async function giveBack(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly ReceivedMessage[],
): Promise<void> {
  for (const batch of inBatches(messages)) {
    const command = new ChangeMessageVisibilityBatchCommand({
      QueueUrl: queueUrl,
      Entries: batch.map(({ ReceiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout: 0,
      })),
    });
    await sqs.send(command).catch(() => undefined);
  }
}

/** The items in groups that SQS takes at once. */
export function inBatches<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / batchSize) }, (_, index) =>
    items.slice(index * batchSize, (index + 1) * batchSize),
  );
}
