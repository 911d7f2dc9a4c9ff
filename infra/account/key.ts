import * as pulumi from "@pulumi/pulumi";
import type { Place } from "./place";
import { allow } from "./policy";
import type { Statement } from "./policy";
import type { Settings } from "../settings/settings";

/** A service that uses the key in the name of who calls it, and what it then does with it. */
export interface KeyUse {
  service: "s3" | "sns" | "sqs";
  actions: ("Decrypt" | "GenerateDataKey")[];
}

/**
 * Who sends to a queue or publishes to a topic needs both: the service looks whether it can decrypt what it has encrypted.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export const toSend: KeyUse["actions"] = ["Decrypt", "GenerateDataKey"];

/**
 * What a role may do with the customer's key, in calls of this one service's alone; nothing where there is no key.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function useKey(
  { kmsKeyArn }: Pick<Settings, "kmsKeyArn">,
  { region, dnsSuffix }: Place,
  { service, actions }: KeyUse,
): Statement[] {
  if (kmsKeyArn === undefined) return [];
  const viaService = pulumi.interpolate`${service}.${region}.${dnsSuffix}`;
  return [
    allow(
      actions.map((action) => `kms:${action}`),
      [kmsKeyArn],
      { StringEquals: { "kms:ViaService": viaService } },
    ),
  ];
}
