import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { LocalClients } from "../services/servers";

/** Others' subscribers to a bucket. */
export interface Neighbours {
  queueName: string;
  queueArn: string;
  topicArn: string;
}

/** A queue and a topic of somebody's who uses the bucket, too. */
export async function makeNeighbours({ sqs, sns }: LocalClients, bucket: string): Promise<Neighbours> {
  const name = `neighbour-of-${bucket.replaceAll(".", "-")}`;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: name }));
  return { queueName: name, queueArn: Attributes?.["QueueArn"] ?? "", topicArn: TopicArn };
}
