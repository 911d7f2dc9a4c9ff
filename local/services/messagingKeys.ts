import type { Need } from "./authorizer";
import { keyNeed, type KeyUse } from "./keys";
import { messagingNeeds, type MessagingCall } from "./messagingAccess";

/**
 * What calls do with the key of a queue or topic.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
const uses: Readonly<Record<string, KeyUse["action"][] | undefined>> = {
  SendMessage: ["GenerateDataKey", "Decrypt"],
  SendMessageBatch: ["GenerateDataKey", "Decrypt"],
  ReceiveMessage: ["Decrypt"],
  Publish: ["GenerateDataKey", "Decrypt"],
  PublishBatch: ["GenerateDataKey", "Decrypt"],
};

/** Which queues and topics are encrypted with a key of KMS's, learnt from the calls that make them. */
export class MessagingKeys {
  /** By the queue's or topic's ARN. */
  private readonly keys = new Map<string, string>();

  constructor(private readonly region: string) {}

  hear(call: MessagingCall): void {
    const { operation, input } = call;
    if (!["CreateQueue", "SetQueueAttributes", "CreateTopic"].includes(operation)) return;
    const [resource = ""] = messagingNeeds(call, this.region).map((need) => need.resource);
    const keyArn = attributesIn(input)["KmsMasterKeyId"];
    if (typeof keyArn === "string") this.keys.set(resource, keyArn);
  }

  /** What a call needs of a key, beside what it needs of the queue or topic itself. */
  needsOf(call: MessagingCall): Need[] {
    const { service, operation } = call;
    return messagingNeeds(call, this.region).flatMap(({ resource }) => {
      const keyArn = this.keys.get(resource);
      if (keyArn === undefined) return [];
      const context = { [service === "sqs" ? "aws:sqs:arn" : "aws:sns:topicArn"]: resource };
      return (uses[operation] ?? []).map((action) => keyNeed({ service, action, keyArn, context }));
    });
  }
}

/** Of SQS's JSON as they are; of SNS's form, where each has a number. */
function attributesIn(input: Record<string, unknown>): Record<string, unknown> {
  if (typeof input["Attributes"] === "object") return input["Attributes"] as Record<string, unknown>;
  const named = Object.entries(input).flatMap(([field, name]) => {
    const number = /^Attributes\.entry\.(\d+)\.key$/.exec(field)?.[1];
    return number === undefined ? [] : [[String(name), input[`Attributes.entry.${number}.value`]] as const];
  });
  return Object.fromEntries(named);
}
