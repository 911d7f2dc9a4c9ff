import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { denyWithoutTls, policyDocument } from "./account/policy";
import type { Statement } from "./account/policy";

/**
 * What a topic's policy lets an account do with its topic when nobody gives it another policy.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
 */
const ownersActions = [
  "sns:AddPermission",
  "sns:DeleteTopic",
  "sns:GetTopicAttributes",
  "sns:ListSubscriptionsByTopic",
  "sns:Publish",
  "sns:RemovePermission",
  "sns:SetTopicAttributes",
  "sns:Subscribe",
];

export interface TopicArgs {
  /** The account that owns the topic; its principals do with it what IAM lets them. */
  account: pulumi.Output<string>;
  /** An AWS service that publishes for this account, such as `cloudwatch.amazonaws.com`. */
  publisher?: string;
  /** A customer's key that encrypts the messages; undefined: none. */
  kmsKeyArn: pulumi.Input<string> | undefined;
}

/** A topic of this account's alone, which takes TLS only. */
export function privateTopic(
  name: string,
  { account, publisher, kmsKeyArn }: TopicArgs,
  options: pulumi.CustomResourceOptions,
): aws.sns.Topic {
  const topic = new aws.sns.Topic(
    name,
    kmsKeyArn === undefined ? {} : { kmsMasterKeyId: kmsKeyArn },
    options,
  );
  const owner = pulumi.all([topic.arn, account]).apply(([arn, id]) => rootOf(arn, id));
  const statements: Statement[] = [
    { Effect: "Allow", Principal: { AWS: owner }, Action: ownersActions, Resource: topic.arn },
    // https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
    denyWithoutTls(["sns:Publish", "sns:Subscribe"], [topic.arn]),
  ];
  if (publisher !== undefined) {
    statements.push({
      Effect: "Allow",
      Principal: { Service: publisher },
      Action: "sns:Publish",
      Resource: topic.arn,
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    });
  }
  const policy = pulumi.jsonStringify(policyDocument(statements));
  new aws.sns.TopicPolicy(name, { arn: topic.arn, policy }, options);
  return topic;
}

/** An account as a principal, in the partition of one of its resources: AWS turns a bare account number into this. */
function rootOf(resourceArn: string, account: string): string {
  return `arn:${resourceArn.split(":")[1] ?? "aws"}:iam::${account}:root`;
}
