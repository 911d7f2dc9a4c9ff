import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Where everything is created, as the provider tells it. */
export interface Place {
  /** Its number of 12 digits. */
  account: pulumi.Output<string>;
  /** Such as `eu-central-1`. */
  region: pulumi.Output<string>;
  /** Such as `aws` and `aws-cn`. */
  partition: pulumi.Output<string>;
  /** Such as `amazonaws.com`. */
  dnsSuffix: pulumi.Output<string>;
}

/** Asks the provider that a child of `parent` has. */
export function placeOf(parent: pulumi.Resource): Place {
  const { partition, dnsSuffix } = aws.getPartitionOutput({}, { parent });
  return {
    account: aws.getCallerIdentityOutput({}, { parent }).accountId,
    region: aws.getRegionOutput({}, { parent }).region,
    partition,
    dnsSuffix,
  };
}
