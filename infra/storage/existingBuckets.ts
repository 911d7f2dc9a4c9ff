import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { askBuckets } from "./askBuckets";
import type { Asking, BucketAnswer } from "./askBuckets";
import { isConfiguredProvider } from "../account/provider";
import type { Settings } from "../settings/settings";

/**
 * Sees to it that S3 tells EventBridge of existing buckets before anything is created: without it, the whole stack would
 * stand and hear nothing. What nobody can say now (no credentials, no right, no network, a name that another resource
 * gives) is a warning at most. Without Pulumi's engine (under mocks) nobody is asked.
 * @throws pulumi.RunError with what to do, where a bucket surely is not there, is in another region, or tells EventBridge
 *   nothing
 */
export function requireExistingBuckets(
  { bucketName, outputBucketName }: Pick<Settings, "bucketName" | "outputBucketName">,
  options: pulumi.ComponentResourceOptions = {},
): void {
  // Not hasEngine(), which does not see the engine of an Automation API's inline program.
  if (pulumi.runtime.getEngine() === undefined) return;
  const buckets = [bucketName, outputBucketName].filter((name) => typeof name === "string");
  if (buckets.length === 0) return;
  const region = usesConfiguration(options) ? aws.config.region : undefined;
  const problems: string[] = [];
  for (const { bucket, problem, isSure } of verdicts(buckets, region)) {
    if (isSure) problems.push(problem);
    else
      void pulumi.log.warn(
        `Whether S3 tells EventBridge of the bucket ${bucket} could not be asked: ${problem}. If it does not, no video ` +
          `gets a thumbnail; in a clone of video-thumbnailer's repository, this turns it on where it is off: ${enableCommand(bucket, region)}`,
      );
  }
  if (problems.length > 0)
    throw new pulumi.RunError([...problems, "Nothing was created or changed."].join("\n"));
}

interface Verdict {
  bucket: string;
  problem: string;
  isSure: boolean;
}

function verdicts(buckets: string[], region: string | undefined): Verdict[] {
  try {
    return askBuckets(buckets, askingAsConfigured(region)).flatMap((answer, index) =>
      verdictOn(buckets[index] ?? "", answer, region),
    );
  } catch (error) {
    return buckets.map((bucket) => ({ bucket, problem: wordsOf(error as Error), isSure: false }));
  }
}

function verdictOn(bucket: string, { isTold, error }: BucketAnswer, region: string | undefined): Verdict[] {
  if (isTold === true) return [];
  const verdict = (problem: string, isSure = true) => [{ bucket, problem, isSure }];
  if (error === undefined)
    return verdict(
      `S3 tells EventBridge nothing of what happens in the bucket ${bucket}. This command, in a clone of ` +
        `video-thumbnailer's repository, turns it on, and leaves all else of the bucket as it is:\n  ${enableCommand(bucket, region)}`,
    );
  // A provider of the program's own may be another partition's, or that of no S3 of AWS's: there the bucket may be.
  if (error.name === "NoSuchBucket")
    return region === undefined
      ? verdict(`where the stack's own configuration leads there is no bucket ${bucket}`, false)
      : verdict(
          `There is no bucket ${bucket}. Set the name of one that exists; where this very program makes it, the bucket's ` +
            `output in place of its name.`,
        );
  if (region !== undefined && error.region !== undefined && error.region !== region)
    return verdict(
      `The bucket ${bucket} is in ${error.region}, and this stack in ${region}: S3 tells EventBridge in the bucket's own ` +
        `region. Use a bucket in ${region}, or have the stack in ${error.region}.`,
    );
  return [{ bucket, problem: wordsOf(error), isSure: false }];
}

/** As the AWS provider does that is made of the stack's `aws:…` keys; a role that it takes on is not. */
function askingAsConfigured(region: string | undefined): Asking {
  const { accessKey, secretKey, token, profile, endpoints, s3UsePathStyle } = aws.config;
  return {
    // S3 tells the region of a bucket in any of them.
    region: region ?? aws.config.region ?? "us-east-1",
    followRegionRedirects: region === undefined,
    profile,
    ...(accessKey !== undefined &&
      secretKey !== undefined && {
        credentials: { accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken: token },
      }),
    endpoint: endpoints?.find(({ s3 }) => s3 !== undefined)?.s3,
    forcePathStyle: s3UsePathStyle,
  };
}

/** Whether resources of a component with these options are made as the stack's `aws:…` keys say, and so in that region. */
function usesConfiguration({ provider, providers, parent }: pulumi.ComponentResourceOptions): boolean {
  const given = [...(provider ? [provider] : []), ...Object.values(providers ?? {})];
  return given.length === 0 ? parent === undefined : given.every(isConfiguredProvider);
}

function enableCommand(bucket: string, region: string | undefined): string {
  return `npm run ops -- enable-events --bucket ${bucket}${region === undefined ? "" : ` --region ${region}`}`;
}

function wordsOf({ name, message }: Pick<Error, "name" | "message">): string {
  const words = message.replaceAll(/\s+/g, " ").replace(/\.$/, "");
  return name === "Error" || words.startsWith(name) ? words : `${name}: ${words}`;
}
