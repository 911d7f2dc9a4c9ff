import { localAccount } from "../program/resourceOutputs";
import type { Need } from "./authorizer";

/** What a service does with a key in the name of who calls it. */
export interface KeyUse {
  service: "s3" | "sns" | "sqs";
  action: "Decrypt" | "GenerateDataKey";
  /** The key's ARN. */
  keyArn: string;
  /** What the service says is encrypted. */
  context: Record<string, string>;
}

/**
 * What it needs. A key is in the region of what it encrypts.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
export function keyNeed({ service, action, keyArn, context }: KeyUse): Need {
  const [, , , region = ""] = keyArn.split(":");
  return {
    action: `kms:${action}`,
    resource: keyArn,
    context: {
      "kms:ViaService": `${service}.${region}.amazonaws.com`,
      "kms:CallerAccount": localAccount,
      ...Object.fromEntries(
        Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
      ),
    },
  };
}
