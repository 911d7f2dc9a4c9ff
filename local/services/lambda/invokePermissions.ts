import type { ServiceCall } from "../authorizer";
import type { Door } from "../door";
import { localAccount } from "../../program/resourceOutputs";
import { ofType, textOutput, type Resource } from "../../program/resources";

/**
 * Throws when S3 or EventBridge would not be allowed to invoke a Lambda that it is registered to invoke: on AWS the
 * notification would be refused, and the rule would fire in vain. A bucket's name is anybody's once the bucket is
 * deleted, so that S3's permission must name the account too; a rule's ARN holds it.
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function requireInvokePermissions(resources: Resource[]): void {
  for (const { inputs } of ofType(resources, "aws:s3/bucketNotification:BucketNotification")) {
    for (const { lambdaFunctionArn } of inputs.lambdaFunctions ?? []) {
      requirePermission(resources, lambdaFunctionArn, "s3.amazonaws.com", `arn:aws:s3:::${inputs.bucket}`);
    }
  }
  const rules = ofType(resources, "aws:cloudwatch/eventRule:EventRule");
  for (const { inputs } of ofType(resources, "aws:cloudwatch/eventTarget:EventTarget")) {
    const rule = rules.find((candidate) => textOutput(candidate, "name") === inputs.rule);
    if (rule === undefined)
      throw new Error(`An event target names the rule ${inputs.rule}, which does not exist.`);
    requirePermission(resources, inputs.arn, "events.amazonaws.com", textOutput(rule, "arn"));
  }
}

function requirePermission(
  resources: Resource[],
  functionArn: string,
  principal: string,
  sourceArn: string,
): void {
  const isAllowed = ofType(resources, "aws:lambda/permission:Permission").some(
    ({ inputs }) =>
      (inputs.function === functionArn || functionArn.endsWith(`:function:${inputs.function}`)) &&
      inputs.principal === principal &&
      (inputs.sourceArn === undefined || inputs.sourceArn === sourceArn) &&
      (inputs.sourceAccount === localAccount ||
        (inputs.sourceAccount === undefined && principal !== "s3.amazonaws.com")),
  );
  if (!isAllowed)
    throw new Error(
      `${principal} has no permission to invoke ${functionArn} for ${sourceArn} of account ${localAccount}.`,
    );
}

/**
 * How S3 invokes a Lambda for a bucket, whose ARN holds no account, and EventBridge for a rule.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-lambda-permissions
 */
export function invocationOf(functionArn: string, sourceArn: string): ServiceCall {
  const isS3 = sourceArn.startsWith("arn:aws:s3:");
  return {
    service: isS3 ? "s3.amazonaws.com" : "events.amazonaws.com",
    action: "lambda:InvokeFunction",
    resource: functionArn,
    account: localAccount,
    sourceArn,
    tellsAccount: isS3,
  };
}

/** Lets events through to the Lambdas that their source may invoke; others hear nothing of them, as on AWS. */
export class InvokeGate {
  /** Events of which it is not known yet. */
  pending = 0;

  constructor(private readonly door: Door) {}

  /** Delivers at once when nobody is to be asked. */
  deliver(functionArn: string, sourceArn: string, deliver: () => void): void {
    if (this.door.authorizer === undefined) {
      deliver();
      return;
    }
    this.pending += 1;
    void this.door
      .denialOfServices([invocationOf(functionArn, sourceArn)])
      .then((denial) => {
        if (denial === undefined) deliver();
      })
      .finally(() => (this.pending -= 1));
  }
}
