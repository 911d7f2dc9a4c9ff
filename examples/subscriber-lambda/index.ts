import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SNSEvent } from "aws-lambda";
import { storeMessages } from "./storeMessages";

const topic = new pulumi.Config().require("thumbnailTopicArn");

const videos = new aws.dynamodb.Table("videos", {
  attributes: [{ name: "video", type: "S" }],
  hashKey: "video",
  billingMode: "PAY_PER_REQUEST",
  pointInTimeRecovery: { enabled: true },
});

// What SNS could not deliver, and what the Lambda has failed on three times.
const failed = new aws.sqs.Queue("failed-messages", {
  messageRetentionSeconds: 14 * 24 * 3600,
  sqsManagedSseEnabled: true,
});
const failedPolicy = new aws.sqs.QueuePolicy("failed-messages", {
  queueUrl: failed.url,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: failed.arn,
        Condition: { ArnEquals: { "aws:SourceArn": topic } },
      },
    ],
  }),
});

const logs = new aws.cloudwatch.LogGroup("store-messages", { retentionInDays: 14 });
const role = new aws.iam.Role("store-messages", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
const rights = new aws.iam.RolePolicy("store-messages", {
  role: role.id,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "dynamodb:UpdateItem", Resource: videos.arn },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: failed.arn },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: pulumi.interpolate`${logs.arn}:*`,
      },
    ],
  }),
});

const store = new aws.lambda.CallbackFunction<SNSEvent, void>(
  "store-messages",
  {
    callbackFactory: () => storeMessages(process.env),
    role,
    runtime: "nodejs24.x",
    environment: { variables: { TABLE_NAME: videos.name } },
    deadLetterConfig: { targetArn: failed.arn },
    loggingConfig: { logFormat: "JSON", logGroup: logs.name },
  },
  { dependsOn: [rights] },
);
const permission = new aws.lambda.Permission("store-messages", {
  action: "lambda:InvokeFunction",
  function: store.name,
  principal: "sns.amazonaws.com",
  sourceArn: topic,
});
new aws.sns.TopicSubscription(
  "store-messages",
  {
    topic,
    protocol: "lambda",
    endpoint: store.arn,
    filterPolicy: JSON.stringify({ type: ["thumbnail-created", "outputs-ready"] }),
    redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: failed.arn }),
  },
  { dependsOn: [permission, failedPolicy] },
);

export const tableName = videos.name;
export const failedMessagesQueueUrl = failed.url;
