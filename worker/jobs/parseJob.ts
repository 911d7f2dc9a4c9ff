import * as v from "valibot";
import type { Job } from "../../contract/job";

const jobSchema = v.object({
  version: v.literal(1),
  bucket: v.pipe(v.string(), v.nonEmpty()),
  key: v.pipe(v.string(), v.nonEmpty()),
  eTag: v.string(),
  size: v.pipe(v.number(), v.integer(), v.minValue(0)),
  uploadedAt: v.string(),
  taggedAt: v.optional(v.string()),
  requestedAt: v.optional(v.string()),
  failures: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  queuedAt: v.optional(v.string()),
}) satisfies v.GenericSchema<unknown, Job>;

/** Reads a message's body. Throws an Error that says what is wrong with it. */
export function parseJob(body: string): Job {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Error("the message is not JSON");
  }
  const result = v.safeParse(jobSchema, json);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => {
    const field = v.getDotPath(issue);
    return field === null ? issue.message : `${field}: ${issue.message}`;
  });
  throw new Error(`the message is no job of version 1 (${problems.join("; ")})`);
}
