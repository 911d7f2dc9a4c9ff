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
    const { arn: queueArn } = inputs.deadLetterConfig ?? {};
    if (queueArn !== undefined) requireQueuePolicy(resources, queueArn, textOutput(rule, "arn"));
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html#eb-dlq-perms */
function requireQueuePolicy(resources: Resource[], queueArn: string, ruleArn: string): void {
  const queue = ofType(resources, "aws:sqs/queue:Queue").find((one) => one.state["arn"] === queueArn);
  if (queue === undefined) throw new Error(`The dead-letter queue ${queueArn} of ${ruleArn} does not exist.`);
  const statements = ofType(resources, "aws:sqs/queuePolicy:QueuePolicy")
    .filter(({ inputs }) => inputs.queueUrl === queue.id)
    .flatMap(({ inputs }) => (JSON.parse(inputs.policy) as { Statement: QueueStatement[] }).Statement);
  const isAllowed = statements.some(({ Effect, Principal, Action, Condition = {} }) => {
    const sources = Object.values(Condition).flatMap((values) => [values["aws:SourceArn"] ?? []].flat());
    const isForEventBridge = Principal instanceof Object && Principal.Service === "events.amazonaws.com";
    return (
      Effect === "Allow" && isForEventBridge && Action === "sqs:SendMessage" && sources.includes(ruleArn)
    );
  });
  if (!isAllowed)
    throw new Error(`events.amazonaws.com has no permission to send to ${queueArn} for ${ruleArn}.`);
}

/** As far as the permission to send dead letters goes. */
interface QueueStatement {
  Effect: string;
  Principal?: string | { Service?: string };
  Action?: unknown;
  Condition?: Record<string, Record<string, string | string[]>>;
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

/**
 * How EventBridge sends what it could not deliver for a rule.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html#eb-dlq-perms
 */
export function deadLetterOf(queueArn: string, ruleArn: string): ServiceCall {
  return {
    service: "events.amazonaws.com",
    action: "sqs:SendMessage",
    resource: queueArn,
    account: localAccount,
    sourceArn: ruleArn,
    tellsAccount: false,
  };
}

/** Lets events through to those whom their source may give them to. */
export class InvokeGate {
  /** Events of which it is not known yet. */
  pending = 0;

  constructor(private readonly door: Door) {}

  /** Delivers at once when nobody is to be asked. One that is denied is nobody's, unless `denied` takes it. */
  deliver(call: ServiceCall, deliver: () => void, denied?: (why: string) => void): void {
    if (this.door.authorizer === undefined) {
      deliver();
      return;
    }
    this.pending += 1;
    void this.door
      .denialOfServices([call])
      .then((denial) => {
        if (denial === undefined) deliver();
        else denied?.(denial);
      })
      .finally(() => (this.pending -= 1));
  }
}
