import type * as aws from "@pulumi/aws";
import type { Settings } from "../settings/settings";

/**
 * What every log group has. With a customer's key, CloudWatch encrypts by that key's own policy: who writes and reads needs
 * no right on it. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function logGroupArgs({
  logRetentionDays,
  kmsKeyArn,
}: Pick<Settings, "logRetentionDays" | "kmsKeyArn">): aws.cloudwatch.LogGroupArgs {
  return { retentionInDays: logRetentionDays, ...(kmsKeyArn !== undefined && { kmsKeyId: kmsKeyArn }) };
}
