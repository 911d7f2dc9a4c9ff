import type { SNSClient } from "@aws-sdk/client-sns";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { ofType, textOutput, type Resource } from "./resources";

/** A message in a queue, seen without receiving it. */
export interface WaitingMessage {
  messageId: string;
  body: string;
  messageAttributes: Record<string, { StringValue?: string }>;
}

/** SQS and SNS on this machine: fauxqs, in memory. */
export interface LocalMessaging {
  endpoint: string;
  /** The messages of a queue in any state; nothing is received and nothing counted. */
  peek(queueName: string): Promise<WaitingMessage[]>;
  stop(): Promise<void>;
}

/** Starts SQS and SNS on a free port of 127.0.0.1. */
export async function startMessaging(region: string): Promise<LocalMessaging> {
  const { buildApp } = await import("fauxqs");
  // Not its startFauxqs, which listens on every network of the machine.
  const app = buildApp({ logger: false, defaultRegion: region });
  // fauxqs names its queues http://sqs.REGION.localhost:PORT/…, which not every machine can resolve.
  const ownAddress = () => `http://sqs.${region}.localhost:${new URL(endpoint).port}`;
  app.addHook("preHandler", (request, _reply, done) => {
    const body = request.body as { QueueUrl?: string } | undefined;
    if (body?.QueueUrl !== undefined) body.QueueUrl = body.QueueUrl.replace(endpoint, ownAddress());
    done();
  });
  app.addHook("onSend", (_request, _reply, payload, done) => {
    done(null, typeof payload === "string" ? payload.replaceAll(ownAddress(), endpoint) : payload);
  });
  const endpoint = await app.listen({ port: 0, host: "127.0.0.1" });
  return {
    endpoint,
    async peek(queueName) {
      const response = await app.inject({ url: `/_fauxqs/queues/${encodeURIComponent(queueName)}` });
      if (response.statusCode !== 200) throw new Error(`There is no queue ${queueName}.`);
      const { messages } = response.json<{
        messages: {
          ready: WaitingMessage[];
          delayed: WaitingMessage[];
          inflight: { message: WaitingMessage }[];
        };
      }>();
      return [...messages.ready, ...messages.delayed, ...messages.inflight.map(({ message }) => message)];
    },
    stop: () => app.close(),
  };
}

/** Creates the registered queues with their registered attributes. Throws when one's URL is not as registered. */
export async function createQueues(sqs: SQSClient, resources: Resource[]): Promise<void> {
  for (const queue of ofType(resources, "aws:sqs/queue:Queue")) {
    const { inputs } = queue;
    const attributes: Record<string, string | number | undefined> = {
      VisibilityTimeout: inputs.visibilityTimeoutSeconds,
      MessageRetentionPeriod: inputs.messageRetentionSeconds,
      DelaySeconds: inputs.delaySeconds,
      ReceiveMessageWaitTimeSeconds: inputs.receiveWaitTimeSeconds,
      MaximumMessageSize: inputs.maxMessageSize,
      RedrivePolicy: inputs.redrivePolicy,
    };
    const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({
        QueueName: textOutput(queue, "name"),
        Attributes: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
      }),
    );
    if (QueueUrl !== queue.id)
      throw new Error(`Queue ${queue.name} is at ${String(QueueUrl)}, not ${queue.id}.`);
  }
}

/**
 * Creates the registered topics, and one more queue that hears what is published to any of them.
 * Registered e-mail subscriptions get nothing here: nobody's mailbox is part of the local cloud.
 */
export async function createTopics(
  sns: SNSClient,
  sqs: SQSClient,
  resources: Resource[],
): Promise<{ listenerQueueUrl: string }> {
  const name = "local-listener";
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  for (const topic of ofType(resources, "aws:sns/topic:Topic")) {
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: textOutput(topic, "name") }));
    const [, , , region, account] = TopicArn.split(":");
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: "sqs",
        Endpoint: `arn:aws:sqs:${region ?? ""}:${account ?? ""}:${name}`,
        Attributes: { RawMessageDelivery: "true" },
      }),
    );
  }
  return { listenerQueueUrl: QueueUrl };
}
