import { randomBytes } from "node:crypto";
import type { Resource } from "../../program/resources";
import { keyNeed, type KeyUse } from "../keys";
import type { KmsEncryption, S3Object } from "./bucket";
import type { Call } from "./operations/call";
import type { S3Request } from "./request";

const header = "x-amz-server-side-encryption";

/**
 * What encrypts an object that a request brings: what it asks for, or else what its bucket does by default; undefined where
 * that is no key of KMS's.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html
 */
export function encryptionAskedFor(
  headers: S3Request["headers"],
  byDefault: KmsEncryption | undefined,
): KmsEncryption | undefined {
  const algorithm = headers[header];
  if (algorithm === undefined) return byDefault;
  if (!algorithm.startsWith("aws:kms")) return undefined;
  const bucketKey = headers[`${header}-bucket-key-enabled`];
  return {
    keyArn: headers[`${header}-aws-kms-key-id`],
    hasBucketKey: bucketKey === undefined ? (byDefault?.hasBucketKey ?? false) : bucketKey === "true",
  };
}

/** What an answer tells of it. */
export function encryptionHeaders(encryption: KmsEncryption | undefined): Record<string, string | undefined> {
  if (encryption === undefined) return {};
  return {
    [header]: "aws:kms",
    [`${header}-aws-kms-key-id`]: encryption.keyArn,
    [`${header}-bucket-key-enabled`]: encryption.hasBucketKey ? "true" : undefined,
  };
}

/**
 * The ETag of what a key of KMS's encrypts, which is no MD5; `md5` of all else.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function eTagOf(encryption: KmsEncryption | undefined, md5: string): string {
  return encryption === undefined ? md5 : md5.replace(/^[0-9a-f]{32}/, randomBytes(16).toString("hex"));
}

/** Throws AccessDenied unless the caller may do all this with the key that encrypts an object. */
export async function requireKey(
  { requireAccess }: Pick<Call, "requireAccess">,
  encryption: S3Object["encryption"],
  [bucket, key]: [bucket: string, key: string],
  actions: KeyUse["action"][],
): Promise<void> {
  if (encryption?.keyArn === undefined) return;
  const { keyArn, hasBucketKey } = encryption;
  const arn = `arn:aws:s3:::${bucket}`;
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
  const context = { "aws:s3:arn": hasBucketKey ? arn : `${arn}/${key}` };
  await requireAccess(() => actions.map((action) => keyNeed({ service: "s3", action, keyArn, context })));
}

/** What the program registered as a bucket's default; undefined where that is no key of KMS's. */
export function registeredEncryption(resources: Resource[], bucket: string): KmsEncryption | undefined {
  const found = resources.find(
    ({ type, inputs }) =>
      type.endsWith(":BucketServerSideEncryptionConfiguration") && inputs["bucket"] === bucket,
  );
  const [rule] = (found?.inputs["rules"] ?? []) as {
    applyServerSideEncryptionByDefault?: { sseAlgorithm: string; kmsMasterKeyId?: string };
    bucketKeyEnabled?: boolean;
  }[];
  const byDefault = rule?.applyServerSideEncryptionByDefault;
  if (byDefault?.sseAlgorithm !== "aws:kms") return undefined;
  return { keyArn: byDefault.kmsMasterKeyId, hasBucketKey: rule?.bucketKeyEnabled === true };
}
