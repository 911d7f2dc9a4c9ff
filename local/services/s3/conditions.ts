import type { ObjectVersion } from "./bucket";
import type { S3Request } from "./request";
import { S3Error } from "./s3Error";

type Headers = S3Request["headers"];

/**
 * Whether what a GET or HEAD would give is known to the client already. Throws PreconditionFailed.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html
 */
export function isNotModified(headers: Headers, version: ObjectVersion, prefix = ""): boolean {
  const header = (name: string) => headers[`${prefix}${name}`];
  const [match, noneMatch] = [header("if-match"), header("if-none-match")];
  const [unmodifiedSince, modifiedSince] = [header("if-unmodified-since"), header("if-modified-since")];
  const lastModified = version.lastModified.getTime();
  if (match === undefined ? lastModified > Date.parse(unmodifiedSince ?? "") : !matches(match, version))
    throw new S3Error("PreconditionFailed");
  return noneMatch === undefined
    ? lastModified <= Date.parse(modifiedSince ?? "")
    : matches(noneMatch, version);
}

/**
 * Throws when a write or a deletion must not happen to what is there now.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function requireUnchanged(headers: Headers, current: ObjectVersion | undefined): void {
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  if (noneMatch !== undefined && noneMatch !== "*") throw new S3Error("NotImplemented");
  if (noneMatch !== undefined && current !== undefined) throw new S3Error("PreconditionFailed");
  if (match === undefined) return;
  if (current === undefined) throw new S3Error("NoSuchKey");
  if (!matches(match, current)) throw new S3Error("PreconditionFailed");
}

function matches(header: string, { object }: ObjectVersion): boolean {
  return header
    .split(",")
    .map((eTag) => eTag.trim().replace(/^W\//, "").replaceAll('"', ""))
    .some((eTag) => eTag === "*" || eTag === object.eTag);
}
