import type { S3Event, S3EventRecord } from "aws-lambda";

/**
 * The key of a record's object. S3 sends keys URL-encoded, with `+` for a space.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * @throws Error that names the key, when it is not encoded so
 */
export function objectKey(record: S3EventRecord): string {
  const encoded = record.s3.object.key;
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    throw new Error(`The event's object key "${encoded}" is not URL-encoded as S3 does it.`);
  }
}

/**
 * Handles each record of an event, so that a record that fails keeps none of the others from being handled.
 * @throws Error when any record failed: Lambda then gives the whole event again, and handling the same
 *   record twice does no harm
 */
export async function forEachRecord(
  event: S3Event,
  handle: (record: S3EventRecord) => Promise<void>,
): Promise<void> {
  const outcomes = await Promise.allSettled(event.Records.map(async (record) => handle(record)));
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [String(outcome.reason)] : [],
  );
  for (const failure of failures) console.error({ event: "record-failed", error: failure });
  if (failures.length > 0) {
    throw new Error(`${failures.length} of ${event.Records.length} records failed: ${failures.join("; ")}`);
  }
}
