import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hasExtras } from "../../contract/extras";
import { videoKeys } from "../settings/lists";
import type { Settings } from "../settings/settings";
import { manifestSuffix } from "../storage/storage";
import type { Bucket, Storage } from "../storage/storage";

/** The rules of EventBridge's for existing buckets, by the Lambda that each calls. */
export type BucketRules = Partial<
  Record<"onVideoUploaded" | "onVideoRemoved" | "onThumbnailCreated", aws.cloudwatch.EventRule>
>;

/**
 * Rules of the account's default bus for what happens in existing buckets; none for the bucket that is made. An existing
 * bucket's notifications are one document, in which others have their own, while rules do not know of each other.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
 */
export function bucketRules(
  name: string,
  { settings, storage }: { settings: Settings; storage: Storage },
  options: pulumi.ComponentResourceOptions,
): BucketRules {
  const rule = (lambda: keyof BucketRules, eventPattern: pulumi.Output<string>) =>
    new aws.cloudwatch.EventRule(`${name}-${lambda}`, { eventPattern }, options);
  const { videos, outputs, own, ownsOutputs } = storage;
  return {
    ...(own === undefined && { onVideoUploaded: rule("onVideoUploaded", uploadsOf(videos, settings)) }),
    ...(own === undefined &&
      settings.removeThumbnails && { onVideoRemoved: rule("onVideoRemoved", removalsOf(videos, settings)) }),
    ...(!ownsOutputs && { onThumbnailCreated: rule("onThumbnailCreated", outputsIn(outputs, settings)) }),
  };
}

/** A tag chooses the frame, and is put or taken away without an upload. */
function uploadsOf(bucket: Bucket, settings: Settings): pulumi.Output<string> {
  return pattern(
    bucket,
    ["Object Created", "Object Tags Added", "Object Tags Deleted"],
    videoKeys(settings.videoSuffixes),
  );
}

/** By a request, delete markers included, or by a rule of the bucket's lifecycle. */
function removalsOf(bucket: Bucket, settings: Settings): pulumi.Output<string> {
  return pattern(bucket, ["Object Deleted"], videoKeys(settings.videoSuffixes));
}

function outputsIn(bucket: Bucket, settings: Settings): pulumi.Output<string> {
  const { outputPrefix, extrasPrefix, thumbnailFormat } = settings;
  return pattern(
    bucket,
    ["Object Created"],
    [
      { wildcard: `${outputPrefix}*.${thumbnailFormat}` },
      ...(hasExtras(settings) ? [{ wildcard: `${extrasPrefix}*${manifestSuffix}` }] : []),
    ],
  );
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
function pattern(bucket: Bucket, detailTypes: string[], keys: object[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    source: ["aws.s3"],
    "detail-type": detailTypes,
    detail: { bucket: { name: [bucket.name] }, object: { key: keys } },
  });
}
