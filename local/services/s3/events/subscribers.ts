import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Endpoints } from "../../../localEnvironment";
import type { NotificationRule } from "./notificationRule";

/**
 * Sends S3's event to a queue or topic that a bucket's notifications name. They are others', whose policies are no part of
 * the program: S3 is taken to have their permission.
 */
export async function tellSubscriber(
  { kind, arn }: Pick<NotificationRule, "kind" | "arn">,
  event: object,
  { sqs, sns, endpoints }: { sqs: SQSClient; sns: SNSClient; endpoints: Pick<Endpoints, "sqs"> },
): Promise<void> {
  const message = JSON.stringify(event);
  if (kind === "queue")
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(arn, endpoints), MessageBody: message }));
  if (kind === "topic")
    await sns.send(
      new PublishCommand({ TopicArn: arn, Subject: "Amazon S3 Notification", Message: message }),
    );
}

/** The local address of a queue. */
export function queueUrl(arn: string, { sqs }: Pick<Endpoints, "sqs">): string {
  const [, , , , account = "", name = ""] = arn.split(":");
  return `${sqs}/${account}/${name}`;
}
