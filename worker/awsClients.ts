import { S3Client } from "@aws-sdk/client-s3";
import type { S3ClientConfig } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";

/** A connection to S3 or SQS is there in milliseconds, or there is none to be had. */
const connectionSeconds = 5;

/**
 * How long the SDK waits, in milliseconds: for a connection, for an answer's beginning, and for a connection on which
 * nothing comes (a half-open one: the other side is gone and nobody has said so). It tries three times in all. Without
 * `throwOnRequestTimeout` it would only write a warning, and wait on.
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-timeouts.html
 */
function patience(answerSeconds: number) {
  return {
    connectionTimeout: Math.min(connectionSeconds, answerSeconds) * 1000,
    requestTimeout: answerSeconds * 1000,
    socketTimeout: answerSeconds * 1000,
    throwOnRequestTimeout: true,
  };
}

/** S3, of which each answer must begin, and go on, within `answerSeconds`. */
export function s3Client(answerSeconds: number, config: S3ClientConfig = {}): S3Client {
  return new S3Client({ ...config, requestHandler: patience(answerSeconds) });
}

/** SQS, of which each answer must come within `answerSeconds`, after the `pollSeconds` that a long poll may take. */
export function sqsClient(answerSeconds: number, pollSeconds: number): SQSClient {
  return new SQSClient({ requestHandler: patience(pollSeconds + answerSeconds) });
}
