import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { OutputsReady, ThumbnailCreated } from "../../contract/messages";
import { parseObject } from "./parseObject";

/** Calls `hear` with each message that is published to a topic, until the signal is aborted. */
export async function listenToTopics(
  sqs: SQSClient,
  listenerQueueUrl: string,
  signal: AbortSignal,
  hear: { thumbnailCreated(told: ThumbnailCreated): void; outputsReady(told: OutputsReady): void },
): Promise<void> {
  const receive = async () => {
    const request = new ReceiveMessageCommand({ QueueUrl: listenerQueueUrl, WaitTimeSeconds: 20 });
    try {
      return (await sqs.send(request, { abortSignal: signal })).Messages ?? [];
    } catch (error) {
      if (signal.aborted) return [];
      throw error;
    }
  };
  while (!signal.aborted) {
    for (const { Body = "", ReceiptHandle } of await receive()) {
      const told = parseObject<ThumbnailCreated | OutputsReady>(Body);
      if (told?.type === "thumbnail-created" && typeof told.key === "string")
        hear.thumbnailCreated(told as ThumbnailCreated);
      if (told?.type === "outputs-ready" && told.video !== undefined && Array.isArray(told.outputs))
        hear.outputsReady(told as OutputsReady);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: listenerQueueUrl, ReceiptHandle }));
    }
  }
}
