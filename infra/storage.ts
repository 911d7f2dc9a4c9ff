import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ExtrasSettings } from "../contract/extras";
import { hasExtras, manifestName } from "../contract/extras";
import { denyWithoutTls, policyDocument } from "./policy";
import type { Statement } from "./policy";

/** Where thumbnails are put; nothing under it is ever taken for a video. */
export const thumbnailPrefix = "thumb/";

/** Where all else that is made of videos is put; nothing under it is ever taken for a video, either. */
export const extrasPrefix = "extras/";

/** How the keys of manifests end, and of nothing else under `extras/`. */
export const manifestSuffix = `/${manifestName}`;

export interface StorageArgs extends ExtrasSettings {
  /** Anyone may read what is made of videos: what is under `thumb/` and `extras/`. */
  publicThumbnails: boolean;
  /** `pulumi destroy` deletes the bucket even when it holds files. */
  forceDestroy: boolean;
}

/** The one bucket: private, encrypted, TLS only. Videos come in anywhere, thumbnails stand under `thumb/`. */
export class Storage extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;

  constructor(name: string, args: StorageArgs, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:Storage", name, {}, options);
    const parent = { parent: this };

    this.bucket = new aws.s3.Bucket("videos", { forceDestroy: args.forceDestroy }, parent);
    const bucket = this.bucket.id;
    // What protects the bucket goes with it and never before it: `pulumi destroy`, which ends what depends on a bucket
    // first, stops at a bucket that holds files, and leaves it as closed as it was.
    // https://www.pulumi.com/docs/iac/concepts/resources/options/deletedwith/
    const withBucket = { parent: this, deletedWith: this.bucket };

    new aws.s3.BucketOwnershipControls(
      "videos",
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      withBucket,
    );
    const publicAccess = new aws.s3.BucketPublicAccessBlock(
      "videos",
      {
        bucket,
        blockPublicAcls: true,
        ignorePublicAcls: true,
        blockPublicPolicy: !args.publicThumbnails,
        restrictPublicBuckets: !args.publicThumbnails,
      },
      withBucket,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      "videos",
      { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      withBucket,
    );
    new aws.s3.BucketLifecycleConfiguration(
      "videos",
      {
        bucket,
        rules: [
          {
            id: "abort-incomplete-uploads",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
      withBucket,
    );
    new aws.s3.BucketPolicy(
      "videos",
      { bucket, policy: policyDocument(bucketStatements(this.bucket.arn, publicPrefixes(args))) },
      // S3 refuses a public policy as long as the block stands.
      { ...withBucket, dependsOn: [publicAccess] },
    );
    this.registerOutputs({ bucket });
  }
}

function publicPrefixes(args: StorageArgs): string[] {
  if (!args.publicThumbnails) return [];
  return hasExtras(args) ? [thumbnailPrefix, extrasPrefix] : [thumbnailPrefix];
}

function bucketStatements(bucketArn: pulumi.Output<string>, publicPrefixes: string[]): Statement[] {
  const statements = [denyWithoutTls("s3:*", [bucketArn, pulumi.interpolate`${bucketArn}/*`])];
  if (publicPrefixes.length > 0) {
    statements.push({
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: publicPrefixes.map((prefix) => pulumi.interpolate`${bucketArn}/${prefix}*`),
    });
  }
  return statements;
}
