import { createHmac, timingSafeEqual } from "node:crypto";
import { S3Error } from "../s3Error";

type Fields = ReadonlyMap<string, string>;

/** What a form may upload: how large it may be, in bytes. */
export interface Allowed {
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** Of one upload by a form, 5 GiB. https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html */
const maxFormBytes = 5 * 2 ** 30;

/** Fields that no condition needs to allow. */
const free = /^(?:x-amz-signature|file|policy|x-ignore-.*)$/;

/** The access key that a form is signed with; empty of an unsigned one. */
export function accessKeyOfForm(fields: Fields): string {
  return fields.get("x-amz-credential")?.split("/")[0] ?? "";
}

/**
 * Throws SignatureDoesNotMatch unless the form's policy was signed with this secret.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html
 */
export function requireSigned(fields: Fields, secretAccessKey: string): void {
  const [, date = "", region = "", service = "", end = ""] = fields.get("x-amz-credential")?.split("/") ?? [];
  const key = [date, region, service, end].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const expected = hmac(key, fields.get("policy") ?? "");
  const given = Buffer.from(fields.get("x-amz-signature") ?? "", "hex");
  const isOfS3 =
    service === "s3" && end === "aws4_request" && fields.get("x-amz-algorithm") === "AWS4-HMAC-SHA256";
  if (!isOfS3 || given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new S3Error("SignatureDoesNotMatch");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/**
 * What a form's policy allows of its file. Throws AccessDenied when it does not allow the form, which may have no field that
 * the policy does not name, and InvalidPolicyDocument.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function allowedBy(fields: Fields, bucketName: string, nowMs: number): Allowed {
  const { expiration, conditions } = policyIn(fields);
  if (!(nowMs < Date.parse(expiration))) throw denied("Policy expired.");
  const values = new Map([...fields, ["bucket", fields.get("bucket") ?? bucketName]]);
  // A form says the bucket by its address; what it says besides must not differ.
  if (values.get("bucket") !== bucketName) throw denied("Bucket names do not match.");
  const named = new Set<string>();
  let allowed: Allowed = { minBytes: 0, maxBytes: maxFormBytes };
  for (const { how, name, value, to } of conditions.flatMap(readCondition)) {
    if (how === "content-length-range") {
      allowed = { minBytes: Number(value), maxBytes: Math.min(Number(to), maxFormBytes) };
      continue;
    }
    named.add(name);
    const given = values.get(name) ?? "";
    if (how === "eq" ? given !== value : !given.startsWith(value))
      throw denied(`Policy Condition failed: ${JSON.stringify([how, `$${name}`, value])}`);
  }
  const extra = [...fields.keys()].filter((name) => !named.has(name) && !free.test(name));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(", ")}`);
  return allowed;
}

interface Condition {
  readonly how: string;
  readonly name: string;
  readonly value: string;
  readonly to?: string;
}

function policyIn(fields: Fields): { expiration: string; conditions: unknown[] } {
  try {
    const policy = JSON.parse(Buffer.from(fields.get("policy") ?? "", "base64").toString()) as object;
    const { expiration, conditions } = policy as { expiration?: unknown; conditions?: unknown };
    if (typeof expiration === "string" && Array.isArray(conditions)) return { expiration, conditions };
  } catch {
    // Not JSON.
  }
  throw new S3Error("InvalidPolicyDocument");
}

/** `{"name": "value"}`, `["eq" or "starts-with", "$name", "value"]` or `["content-length-range", 1, 10]`. */
function readCondition(condition: unknown): Condition[] {
  if (!Array.isArray(condition)) {
    return Object.entries(condition as object).map(([name, value]) => ({
      how: "eq",
      name: name.toLowerCase(),
      value: String(value),
    }));
  }
  const [how, second, third] = condition.map(String);
  if (how === "content-length-range") return [{ how, name: "", value: second ?? "", to: third ?? "" }];
  if ((how === "eq" || how === "starts-with") && second?.startsWith("$") && third !== undefined)
    return [{ how, name: second.slice(1).toLowerCase(), value: third }];
  throw new S3Error("InvalidPolicyDocument");
}

function denied(why: string): S3Error {
  return new S3Error("AccessDenied", {}, `Invalid according to Policy: ${why}`);
}
