import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Which events of a bucket call which Lambda. */
export interface BucketEventRule {
  /** The Lambda's name in the program. */
  name: string;
  lambda: aws.lambda.Function;
  /** Such as `s3:ObjectCreated:*`. */
  events: string[];
  filterPrefix?: string;
  filterSuffix: string;
}

export interface BucketEventsArgs {
  bucket: aws.s3.Bucket;
  /** The bucket's account. */
  account: pulumi.Input<string>;
  /** All rules of the bucket: S3 keeps one document of them. */
  rules: BucketEventRule[];
}

/**
 * What a bucket's events call, and that they may. `bucket.onObjectCreated` would let a bucket of this name call the
 * Lambdas even when another account owned it, and would name the one notification after its first filter: when that
 * filter is replaced, Pulumi deletes the old notification last, and with it all that the new one says.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html#lambda-1
 */
export class BucketEvents extends pulumi.ComponentResource {
  constructor(name: string, args: BucketEventsArgs, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:BucketEvents", name, {}, options);
    const { bucket, account, rules } = args;
    const lambdas = new Map(rules.map((rule) => [rule.name, rule.lambda]));
    const permissions = [...lambdas].map(
      ([lambdaName, lambda]) =>
        new aws.lambda.Permission(
          lambdaName,
          {
            action: "lambda:InvokeFunction",
            function: lambda.name,
            principal: "s3.amazonaws.com",
            sourceArn: bucket.arn,
            sourceAccount: account,
          },
          { parent: this },
        ),
    );
    new aws.s3.BucketNotification(
      name,
      {
        bucket: bucket.id,
        lambdaFunctions: rules.map(({ lambda, events, filterPrefix, filterSuffix }) => ({
          lambdaFunctionArn: lambda.arn,
          events,
          filterPrefix,
          filterSuffix,
        })),
      },
      // S3 refuses a notification that it may not deliver.
      { parent: this, dependsOn: permissions },
    );
    this.registerOutputs();
  }
}
