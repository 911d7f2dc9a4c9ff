import { localAccount } from "../program/resourceOutputs";
import type { Need } from "./authorizer";

/** A call of SQS's or SNS's API. */
export interface MessagingCall {
  service: "sqs" | "sns";
  /** Such as `SendMessageBatch`. */
  operation: string;
  input: Record<string, unknown>;
}

/** The call in a request of SQS's API (JSON) or SNS's (a form); undefined for any other request. */
export function messagingCallIn(
  headers: Record<string, string | string[] | undefined>,
  body: unknown,
): MessagingCall | undefined {
  const target = headers["x-amz-target"];
  const input = (body ?? {}) as Record<string, unknown>;
  if (typeof target === "string" && target.startsWith("AmazonSQS."))
    return { service: "sqs", operation: target.replace("AmazonSQS.", ""), input };
  const isForm = headers["content-type"]?.includes("application/x-www-form-urlencoded") === true;
  if (isForm && typeof input["Action"] === "string")
    return { service: "sns", operation: input["Action"], input };
  return undefined;
}

/**
 * What a call needs. A batch needs the action of one of its entries.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
 */
export function messagingNeeds({ service, operation, input }: MessagingCall, region: string): Need[] {
  const action = `${service}:${operation.replace(/Batch$/, "")}`;
  const arn = (name: string) => `arn:aws:${service}:${region}:${localAccount}:${name}`;
  if (service === "sns") {
    const { TopicArn, TargetArn, ResourceArn, Name } = input;
    const topic = [TopicArn, TargetArn, ResourceArn].find((one) => typeof one === "string");
    return [{ action, resource: topic ?? (typeof Name === "string" ? arn(Name) : "*") }];
  }
  // ListQueues names no queue.
  const name = queueNameIn(input);
  return [{ action, resource: name === undefined ? "*" : arn(name) }];
}

/** The name of the queue that a call of SQS's is about, if it is about one. */
export function queueNameIn({ QueueUrl, QueueName }: Record<string, unknown> = {}): string | undefined {
  const name = typeof QueueUrl === "string" ? QueueUrl.split("/").at(-1) : QueueName;
  return typeof name === "string" ? name : undefined;
}

/** A service's answer to a caller that may not call it. */
export interface Denied {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * A key that may not be used is an error of its own.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 * SQS names the error in a header for clients that know it from its older protocol.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsprotocols-awsquerycompatible-trait
 * https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
 */
export function deniedAnswer({ service }: MessagingCall, message: string): Denied {
  const isOfKey = message.includes(" perform: kms:");
  if (service === "sqs") {
    const [code, type] = isOfKey
      ? ["KMS.AccessDeniedException", "com.amazonaws.sqs#KmsAccessDenied"]
      : ["AccessDenied", "com.amazon.coral.service#AccessDeniedException"];
    return {
      status: isOfKey ? 400 : 403,
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amzn-query-error": `${code};Sender`,
      },
      body: JSON.stringify({ __type: type, message }),
    };
  }
  const text = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return {
    status: isOfKey ? 400 : 403,
    headers: { "content-type": "text/xml" },
    body:
      '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type>' +
      `<Code>${isOfKey ? "KMSAccessDenied" : "AuthorizationError"}</Code><Message>${text}</Message></Error></ErrorResponse>`,
  };
}
