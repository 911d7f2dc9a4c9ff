import { PublishCommand } from "@aws-sdk/client-sns";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { OutputsReady, ThumbnailCreated } from "../../contract/messages";
import { required } from "../environment";
import type { Environment } from "../environment";

/**
 * Tells the thumbnails topic. The message's type is also its attribute, by which a subscription chooses its messages.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
 */
export async function publish(
  env: Environment,
  sns: SNSClient,
  message: ThumbnailCreated | OutputsReady,
): Promise<void> {
  await sns.send(
    new PublishCommand({
      TopicArn: required(env, "THUMBNAIL_TOPIC_ARN"),
      Message: JSON.stringify(message),
      MessageAttributes: { type: { DataType: "String", StringValue: message.type } },
    }),
  );
}
