import {
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Neighbours } from "./neighbours";

/** What a team may have told S3 of its bucket: each is a document, of which there is one for everybody. */
export async function putForeignDocuments(
  s3: S3Client,
  Bucket: string,
  { queueArn, topicArn }: Pick<Neighbours, "queueArn" | "topicArn">,
): Promise<void> {
  const notification = new PutBucketNotificationConfigurationCommand({
    Bucket,
    NotificationConfiguration: {
      EventBridgeConfiguration: {},
      QueueConfigurations: [
        { Id: "search index", QueueArn: queueArn, Events: ["s3:ObjectCreated:*"] },
        {
          Id: "audit of invoices",
          QueueArn: queueArn,
          Events: ["s3:ObjectRemoved:*"],
          Filter: { Key: { FilterRules: [{ Name: "prefix", Value: "invoices/" }] } },
        },
      ],
      TopicConfigurations: [{ Id: "all that goes", TopicArn: topicArn, Events: ["s3:ObjectTagging:*"] }],
    },
  });
  const policy = new PutBucketPolicyCommand({
    Bucket,
    Policy: JSON.stringify(foreignPolicy(Bucket)),
  });
  const encryption = new PutBucketEncryptionCommand({
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
    },
  });
  const lifecycle = new PutBucketLifecycleConfigurationCommand({
    Bucket,
    LifecycleConfiguration: {
      Rules: [{ ID: "old logs", Status: "Enabled", Filter: { Prefix: "logs/" }, Expiration: { Days: 90 } }],
    },
  });
  const publicAccess = new PutPublicAccessBlockCommand({
    Bucket,
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true },
  });
  const TagSet = [{ Key: "team", Value: "media" }];
  await s3.send(notification);
  await s3.send(policy);
  await s3.send(encryption);
  await s3.send(lifecycle);
  await s3.send(publicAccess);
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
}

/** The bucket's policy of the team that made it. */
export function foreignPolicy(bucket: string) {
  return {
    Version: "2012-10-17",
    Id: "of the team that made the bucket",
    Statement: [
      {
        Effect: "Deny" as const,
        Principal: "*" as const,
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}
