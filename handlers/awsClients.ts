import { ECSClient } from "@aws-sdk/client-ecs";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

/**
 * How long the SDK waits, in milliseconds, for a connection, an answer, and on a connection on which nothing comes. It
 * tries three times in all, so that a call which nobody answers has failed, and been told of, before the minute is over
 * that a Lambda has. Without `throwOnRequestTimeout` it would only write a warning, and wait on.
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-timeouts.html
 */
const patience = {
  connectionTimeout: 2000,
  requestTimeout: 5000,
  socketTimeout: 5000,
  throwOnRequestTimeout: true,
};

export function ecsClient(): ECSClient {
  return new ECSClient({ requestHandler: patience });
}

export function s3Client(): S3Client {
  return new S3Client({ requestHandler: patience });
}

export function snsClient(): SNSClient {
  return new SNSClient({ requestHandler: patience });
}

export function sqsClient(): SQSClient {
  return new SQSClient({ requestHandler: patience });
}
