import type { S3Event, S3EventRecord } from "aws-lambda";

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
