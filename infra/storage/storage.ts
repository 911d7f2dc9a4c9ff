import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hasExtras, manifestName } from "../../contract/extras";
import type { Place } from "../account/place";
import { denyWithoutTls, policyDocument } from "../account/policy";
import type { Statement } from "../account/policy";
import type { Settings } from "../settings/settings";
import { allowPages } from "./cors";

/** How the keys of manifests end, and of nothing else under `extrasPrefix`. */
export const manifestSuffix = `/${manifestName}`;

/** A bucket as those know it that use it. */
export interface Bucket {
  name: pulumi.Output<string>;
  arn: pulumi.Output<string>;
  /** Such as `my-videos.s3.eu-central-1.amazonaws.com`; of a name with dots `s3.eu-central-1.amazonaws.com/my.videos`. */
  regionalDomainName: pulumi.Output<string>;
}

/**
 * Where videos come in, and where what is made of them goes: one bucket that is made for both, or existing ones, of which
 * nothing is declared, so that nothing of them is ever changed.
 */
export class Storage extends pulumi.ComponentResource {
  readonly videos: Bucket;
  readonly outputs: Bucket;
  /** The bucket that is made; undefined where the videos are in an existing one. */
  readonly own: aws.s3.Bucket | undefined;
  /** What encrypts outputs; undefined: what their bucket uses by itself, as it must where anyone is to read them. */
  readonly outputKey: pulumi.Input<string> | undefined;
  /** Outputs tell no more of a private video than a viewer needs: they are public, or may be. */
  readonly tellsLittle: boolean;

  constructor(
    name: string,
    { settings, place }: { settings: Settings; place: Place },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("video-thumbnailer:infra:Storage", name, {}, options);
    const { bucketName, outputBucketName, publicThumbnails } = settings;
    this.own =
      bucketName === undefined ? privateBucket(`${name}-videos`, settings, { parent: this }) : undefined;
    this.videos = this.own ? bucketOf(this.own) : existing(bucketName ?? "", place);
    this.outputs = outputBucketName === undefined ? this.videos : existing(outputBucketName, place);
    this.tellsLittle = publicThumbnails || outputBucketName !== undefined;
    this.outputKey = publicThumbnails ? undefined : settings.kmsKeyArn;
    this.registerOutputs({ videos: this.videos.name, outputs: this.outputs.name });
  }

  /** Whether outputs are in the bucket that is made. */
  get ownsOutputs(): boolean {
    return this.own !== undefined && this.outputs === this.videos;
  }
}

/** Of the bucket, or of both. */
export function bucketArns({ videos, outputs }: Storage): pulumi.Output<string>[] {
  return videos === outputs ? [videos.arn] : [videos.arn, outputs.arn];
}

function bucketOf({ id, arn, bucketRegionalDomainName }: aws.s3.Bucket): Bucket {
  return { name: id, arn, regionalDomainName: bucketRegionalDomainName };
}

function existing(bucketName: pulumi.Input<string>, { partition, region, dnsSuffix }: Place): Bucket {
  const name = pulumi.output(bucketName);
  return {
    name,
    arn: pulumi.interpolate`arn:${partition}:s3:::${name}`,
    regionalDomainName: pulumi
      .all([name, region, dnsSuffix])
      // S3's certificate is for one label before its own name.
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html#VirtualHostingLimitations
      .apply(([bucket, where, suffix]) =>
        bucket.includes(".") ? `s3.${where}.${suffix}/${bucket}` : `${bucket}.s3.${where}.${suffix}`,
      ),
  };
}

/** A bucket that is private, encrypted, TLS only. */
function privateBucket(
  name: string,
  settings: Settings,
  options: pulumi.ComponentResourceOptions,
): aws.s3.Bucket {
  const { forceDestroy, accessLogsBucket, kmsKeyArn } = settings;
  const made = new aws.s3.Bucket(name, { forceDestroy }, options);
  const bucket = made.id;
  const publicPrefixes = settings.outputBucketName === undefined ? publicPrefixesOf(settings) : [];
  // What protects the bucket goes with it and never before it: `pulumi destroy`, which ends what depends on a bucket
  // first, stops at a bucket that holds files, and leaves it as closed as it was.
  // https://www.pulumi.com/docs/iac/concepts/resources/options/deletedwith/
  const withBucket = { ...options, deletedWith: made };

  new aws.s3.BucketOwnershipControls(
    name,
    { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    withBucket,
  );
  const publicAccess = new aws.s3.BucketPublicAccessBlock(
    name,
    {
      bucket,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: publicPrefixes.length === 0,
      restrictPublicBuckets: publicPrefixes.length === 0,
    },
    withBucket,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    {
      bucket,
      rules: [
        kmsKeyArn === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
              // One data key for many objects, since each call of KMS's costs and counts.
              // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
              bucketKeyEnabled: true,
            },
      ],
    },
    withBucket,
  );
  new aws.s3.BucketLifecycleConfiguration(
    name,
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
    name,
    { bucket, policy: policyDocument(bucketStatements(made.arn, publicPrefixes)) },
    // S3 refuses a public policy as long as the block stands.
    { ...withBucket, dependsOn: [publicAccess] },
  );
  allowPages(name, { bucket, origins: settings.uploadOrigins }, withBucket);
  if (accessLogsBucket !== undefined) {
    const targetPrefix = pulumi.interpolate`${bucket}/`;
    new aws.s3.BucketLogging(name, { bucket, targetBucket: accessLogsBucket, targetPrefix }, withBucket);
  }
  return made;
}

function publicPrefixesOf(settings: Settings): string[] {
  const { publicThumbnails, outputPrefix, extrasPrefix } = settings;
  if (!publicThumbnails) return [];
  return hasExtras(settings) ? [outputPrefix, extrasPrefix] : [outputPrefix];
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
