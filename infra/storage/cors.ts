import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** How long a browser may go by what it was told, in seconds. */
const maxAgeSeconds = 3600;

/**
 * Lets pages of these origins send requests that were signed for them to a bucket that is made: uploads, in parts or as a
 * form. It gives nobody a right, and a page without a signed request gets nothing. Without origins nothing is declared, so
 * that rules which somebody has put there by hand stay.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 */
export function allowPages(
  name: string,
  { bucket, origins }: { bucket: pulumi.Input<string>; origins: readonly string[] },
  options: pulumi.ComponentResourceOptions,
): void {
  if (origins.length === 0) return;
  new aws.s3.BucketCorsConfiguration(
    name,
    {
      bucket,
      corsRules: [
        {
          allowedOrigins: [...origins],
          allowedMethods: ["PUT", "POST"],
          allowedHeaders: ["*"],
          // Whoever uploads in parts must tell S3 each part's ETag in the end.
          exposeHeaders: ["ETag"],
          maxAgeSeconds,
        },
      ],
    },
    options,
  );
}
