import * as v from "valibot";

const jobSchema = v.object({
  version: v.literal(1),
  bucket: v.pipe(v.string(), v.nonEmpty()),
  /** The object's key, decoded. */
  key: v.pipe(v.string(), v.nonEmpty()),
  eTag: v.string(),
  /** Bytes. */
  size: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** ISO 8601. */
  uploadedAt: v.string(),
  /** ISO 8601; when an operator's backfill or redrive asked for it (again). An upload's own job has none. */
  requestedAt: v.optional(v.string()),
});

/** One video to make a thumbnail of: the JSON body of a message in the jobs queue. */
export type Job = v.InferOutput<typeof jobSchema>;

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
