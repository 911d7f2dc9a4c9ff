import type { SNSClient } from "@aws-sdk/client-sns";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { accessKeyOf, type Door } from "./door";
import { messageCounts, withCounts, type QueueState } from "./messageCounts";
import { MessagingKeys } from "./messagingKeys";
import { deniedAnswer, messagingCallIn, messagingNeeds, queueNameIn } from "./messagingAccess";
import { ofType, textOutput, type Resource } from "../program/resources";

/** A message in a queue, seen without receiving it. */
export interface WaitingMessage {
  messageId: string;
  body: string;
  messageAttributes: Record<string, { StringValue?: string }>;
}

/** A call of SQS's API. */
export interface SqsCall {
  /** Such as `ReceiveMessage`. */
  action: string;
  input: Record<string, unknown>;
  /** The access key that the call is signed with. */
  accessKeyId: string;
}

/** SQS's answer to a call. */
export interface SqsAnswer {
  status: number;
  body: object;
}

/** Gives a call to SQS. */
export type PassToSqs = (call: SqsCall) => Promise<SqsAnswer>;

/** Stands in front of SQS: answers by itself, or with what `pass` gives. */
export type SqsFront = (call: SqsCall, pass: PassToSqs) => Promise<SqsAnswer>;

/** SQS and SNS on this machine: fauxqs, in memory. */
export interface LocalMessaging {
  endpoint: string;
  /** The messages of a queue in any state; nothing is received and nothing counted. */
  peek(queueName: string): Promise<WaitingMessage[]>;
  stop(): Promise<void>;
}

/** Starts SQS and SNS on a free port of 127.0.0.1, behind the door. */
export async function startMessaging(region: string, door: Door, front?: SqsFront): Promise<LocalMessaging> {
  const { buildApp } = await import("fauxqs");
  // Not its startFauxqs, which listens on every network of the machine.
  const keys = new MessagingKeys(region);
  const app = buildApp({ logger: false, defaultRegion: region });
  // fauxqs names its queues http://sqs.REGION.localhost:PORT/…, which not every machine can resolve.
  const ownAddress = () => `http://sqs.${region}.localhost:${new URL(endpoint).port}`;
  app.addHook("preHandler", (request, _reply, done) => {
    const body = request.body as { QueueUrl?: string } | undefined;
    if (body?.QueueUrl !== undefined) body.QueueUrl = body.QueueUrl.replace(endpoint, ownAddress());
    done();
  });
  app.addHook("onSend", async (request, reply, payload) => {
    if (typeof payload !== "string") return payload;
    const answer = payload.replaceAll(ownAddress(), endpoint);
    const { operation, input } = messagingCallIn(request.headers, request.body) ?? {};
    if (operation !== "GetQueueAttributes" || reply.statusCode !== 200) return answer;
    return withCounts(answer, messageCounts(await stateOf(queueNameIn(input) ?? ""), Date.now()));
  });
  app.addHook("preHandler", async (request, reply) => {
    const call = messagingCallIn(request.headers, request.body);
    if (call === undefined || passed in request.headers) return;
    const accessKeyId = accessKeyOf(request.headers.authorization);
    const needs = () => [...messagingNeeds(call, region), ...keys.needsOf(call)];
    const denial = await door.denialOf(accessKeyId, needs);
    if (denial === undefined) {
      keys.hear(call);
      return;
    }
    const { status, headers, body } = deniedAnswer(call, denial);
    await reply.status(status).headers(headers).send(body);
  });
  app.addHook("preHandler", async (request, reply) => {
    const call = newCall(request.headers, request.body);
    if (front === undefined || call === undefined) return;
    const pass: PassToSqs = async ({ action, input }) => {
      const headers = { ...request.headers, "x-amz-target": `AmazonSQS.${action}`, [passed]: "1" };
      delete headers["content-length"];
      const answer = await app.inject({ method: "POST", url: "/", headers, payload: JSON.stringify(input) });
      return { status: answer.statusCode, body: answer.json<object>() };
    };
    const { status, body } = await front(call, pass);
    await reply
      .status(status)
      .header("content-type", "application/x-amz-json-1.0")
      .send(JSON.stringify(body));
  });
  const stateOf = async (queueName: string): Promise<QueueState<WaitingMessage>> => {
    const response = await app.inject({ url: `/_fauxqs/queues/${encodeURIComponent(queueName)}` });
    if (response.statusCode !== 200) throw new Error(`There is no queue ${queueName}.`);
    return response.json<{ messages: QueueState<WaitingMessage> }>().messages;
  };
  door.guard(app.server);
  const endpoint = await app.listen({ port: 0, host: "127.0.0.1" });
  return {
    endpoint,
    async peek(queueName) {
      const { ready, delayed, inflight } = await stateOf(queueName);
      return [...ready, ...delayed, ...inflight.map(({ message }) => message)];
    },
    stop: () => app.close(),
  };
}

/** Marks the calls that `front` has seen. */
const passed = "x-local-passed";

/** The call in a request of SQS's API that `front` has not seen; undefined for any other request. */
function newCall(headers: Record<string, string | string[] | undefined>, body: unknown): SqsCall | undefined {
  const target = headers["x-amz-target"];
  if (typeof target !== "string" || !target.startsWith("AmazonSQS.") || passed in headers) return undefined;
  return {
    action: target.replace("AmazonSQS.", ""),
    input: body as Record<string, unknown>,
    accessKeyId: accessKeyOf(headers["authorization"]),
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
      KmsMasterKeyId: inputs.kmsMasterKeyId,
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
    const { kmsMasterKeyId: KmsMasterKeyId } = topic.inputs;
    const { TopicArn = "" } = await sns.send(
      new CreateTopicCommand({
        Name: textOutput(topic, "name"),
        ...(KmsMasterKeyId !== undefined && { Attributes: { KmsMasterKeyId } }),
      }),
    );
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
