import { createHash } from "node:crypto";
import type { Properties } from "../wire/values";
import type { Fields } from "./shapes";

/** The input that the provider fills in with a name of its own, where it is not `name`. */
const named: Readonly<Record<string, string | undefined>> = {
  "aws:s3/bucket:Bucket": "bucket",
  "aws:lambda/permission:Permission": "statementId",
};

/** A provider of AWS that lets AWS choose: no name is filled in. */
const unnamed = new Set(["aws:s3/bucketNotification:BucketNotification"]);

/**
 * The inputs with the physical name that the provider gives a resource without one: its logical name and seven random
 * letters, which it keeps from then on.
 * https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
 */
export function withName(
  resource: { type: string; name: string; seed: Uint8Array },
  inputs: Properties,
  olds: Properties,
  fields: Fields,
): Properties {
  const input = named[resource.type] ?? "name";
  const field = fields.get(input);
  if (field === undefined || !field.isOptional || unnamed.has(resource.type)) return inputs;
  if (inputs[input] !== undefined || inputs[`${input}Prefix`] !== undefined) return inputs;
  const random = createHash("sha256").update(resource.seed).digest("hex").slice(0, 7);
  const name = `${resource.name}-${random}`;
  // Names of buckets and of repositories are in small letters.
  const isLower = /^aws:(s3|ecr)\//.test(resource.type);
  return { ...inputs, [input]: olds[input] ?? (isLower ? name.toLowerCase() : name) };
}
