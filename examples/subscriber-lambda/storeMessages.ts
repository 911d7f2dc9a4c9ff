import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { SNSEvent } from "aws-lambda";
import { videoPartOf } from "./videoPart";
import type { VideoPart } from "./videoPart";

/**
 * Makes the Lambda's handler: it stores what the topic tells into the table `TABLE_NAME`. A message that comes twice, or
 * after a later one, changes nothing.
 */
export function storeMessages(
  { TABLE_NAME: table = "" }: Readonly<Record<string, string | undefined>>,
  dynamo = new DynamoDBClient(),
): (event: SNSEvent) => Promise<void> {
  return async ({ Records }) => {
    for (const { Sns } of Records) {
      const told = videoPartOf(Sns.Message, Sns.Timestamp);
      const became = told === undefined ? "ignored" : await store(dynamo, table, told);
      console.log({ messageId: Sns.MessageId, video: told?.video, part: told?.part, became });
    }
  };
}

/**
 * The condition and the change are one step, whoever else does the same.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 */
async function store(
  dynamo: DynamoDBClient,
  table: string,
  { video, part, version, content }: VideoPart,
): Promise<"stored" | "known"> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: { video: { S: video } },
    UpdateExpression: "SET #part = :content, #version = :version",
    ConditionExpression: "attribute_not_exists(#version) OR #version < :version",
    ExpressionAttributeNames: { "#part": part, "#version": `${part}Version` },
    ExpressionAttributeValues: { ":content": { S: content }, ":version": { S: version } },
  });
  try {
    await dynamo.send(update);
    return "stored";
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return "known";
    throw error;
  }
}
