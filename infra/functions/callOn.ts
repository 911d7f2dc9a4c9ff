import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Jobs } from "../jobs";

export interface CallArgs {
  rule: aws.cloudwatch.EventRule;
  called: aws.lambda.Function;
  /** Whose queue takes the events that EventBridge could not give to the Lambda; undefined: they get lost. */
  undelivered?: Jobs;
}

/**
 * Has a rule of EventBridge's call a Lambda, and lets it. What it cannot deliver it tries again for a day, but for a right
 * that is missing or a Lambda that is gone.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export function callOn(
  name: string,
  { rule, called, undelivered }: CallArgs,
  options: pulumi.CustomResourceOptions,
): void {
  const permission = new aws.lambda.Permission(
    name,
    {
      action: "lambda:InvokeFunction",
      function: called.name,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    options,
  );
  new aws.cloudwatch.EventTarget(
    name,
    {
      rule: rule.name,
      arn: called.arn,
      ...(undelivered && { deadLetterConfig: { arn: undelivered.failedEvents.arn } }),
    },
    // Otherwise the first events would fall between the two.
    { ...options, dependsOn: [permission, ...(undelivered ? [undelivered.failedEventsPolicy] : [])] },
  );
}
