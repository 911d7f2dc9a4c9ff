import { InvalidObjectState, S3ServiceException } from "@aws-sdk/client-s3";
import type { FailureReasonText } from "../contract/failureReasons";
import { messageOf } from "./errors";

/** Says what S3 refused, and how, for S3's own errors tell neither; gives any other error as it is. */
export function explainS3Error(error: unknown, failure: string): unknown {
  if (!(error instanceof S3ServiceException)) return error;
  const status = error.$metadata.httpStatusCode ?? "nothing";
  return new Error(`${failure}: S3 answered ${status} (${saidBy(error)})`, { cause: error });
}

/**
 * Why an object can not be read, now or later, as long as it is what it is; undefined for any other error of S3's.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html and
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */
export function reasonNotToRead(error: S3ServiceException, name: string): FailureReasonText | undefined {
  if (error instanceof InvalidObjectState) {
    const { StorageClass, AccessTier } = error;
    return `archived: ${name} is in ${AccessTier ?? StorageClass ?? "an archive"}, and not restored`;
  }
  if (error.name === "InvalidRequest" && /server[- ]side encryption/i.test(error.message)) {
    return `encrypted with a key of the uploader's: ${name} (${saidBy(error)})`;
  }
  if (isKmsRefusal(error)) {
    return `encrypted with a KMS key that can not be used: ${name}${missingRight(error.message)} (${saidBy(error)})`;
  }
  return undefined;
}

/** Whether an error of this name is KMS's own trouble, which passes. */
export function isKmsFault(name: string): boolean {
  return /^KMS\..*(?:throttl|internal|timeout|unavailable)/i.test(name);
}

/**
 * KMS's own refusals reach S3's callers under names that begin with `KMS.`; a right that is missing is S3's plain
 * AccessDenied, and only its message says that it is one to use a key.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
function isKmsRefusal({ name, message }: S3ServiceException): boolean {
  if (name.startsWith("KMS.")) return !isKmsFault(name);
  return name === "AccessDenied" && /\bkms:[A-Z]|\bciphertext\b|\bKMS key\b/.test(message);
}

/**
 * Which right to use a key is missing, and whose, as S3 tells it; empty where it does not.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
function missingRight(message: string): string {
  const told =
    /assumed-role\/([^/\s]+)\/\S+ is not authorized to perform: (kms:\w+) on (?:the )?resource: "?([^\s"]+)/.exec(
      message,
    );
  if (told === null) return "";
  const [, role = "", action = "", key = ""] = told;
  return `: the role ${role} needs ${action} on ${key}`;
}

/** An error's name and message; often they are the same. */
function saidBy(error: S3ServiceException): string {
  return [...new Set([error.name, messageOf(error)])].join(": ");
}
