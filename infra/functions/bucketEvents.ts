import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hasExtras } from "../../contract/extras";
import { bothCases } from "../settings/lists";
import type { Settings } from "../settings/settings";
import { manifestSuffix } from "../storage/storage";

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

/** The Lambdas that a bucket's events call, each with its name in the program. */
export interface BucketLambdas {
  onVideoUploaded: { name: string; lambda: aws.lambda.Function };
  /** Undefined where nothing is to be deleted. */
  onVideoRemoved: { name: string; lambda: aws.lambda.Function } | undefined;
  /** Undefined where outputs are in another bucket. */
  onThumbnailCreated: { name: string; lambda: aws.lambda.Function } | undefined;
}

/**
 * The rules of the bucket that is made. S3's filters are case-sensitive, and no two of one event may have keys in common.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export function bucketEventRules(settings: Settings, lambdas: BucketLambdas): BucketEventRule[] {
  const { onVideoUploaded, onVideoRemoved, onThumbnailCreated } = lambdas;
  const { prefixes, outputPrefix, extrasPrefix, thumbnailFormat } = settings;
  const starts = prefixes.length === 0 ? [{}] : prefixes.map((filterPrefix) => ({ filterPrefix }));
  const videos = starts.flatMap((start) =>
    bothCases(settings.videoSuffixes).map((filterSuffix) => ({ ...start, filterSuffix })),
  );
  const created = ["s3:ObjectCreated:*"];
  const outputs = [
    { filterPrefix: outputPrefix, filterSuffix: `.${thumbnailFormat}` },
    ...(hasExtras(settings) ? [{ filterPrefix: extrasPrefix, filterSuffix: manifestSuffix }] : []),
  ];
  return [
    // A tag chooses the frame, and is put or taken away without an upload.
    ...videos.map((filter) => ({
      ...onVideoUploaded,
      ...filter,
      events: [...created, "s3:ObjectTagging:*"],
    })),
    // By a request, delete markers included, or by a rule of the bucket's lifecycle.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
    ...(onVideoRemoved === undefined
      ? []
      : videos.map((filter) => ({
          ...onVideoRemoved,
          ...filter,
          events: ["s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"],
        }))),
    ...(onThumbnailCreated === undefined
      ? []
      : outputs.map((filter) => ({ ...onThumbnailCreated, ...filter, events: created }))),
  ];
}
