import { objectEventsIn, readObjectEvent } from "../contract/objectEvents";
import type { ObjectEvent } from "../contract/objectEvents";

/**
 * Handles each object of an event of S3's, a notification or one by EventBridge, so that an object that fails keeps none of
 * the others from being handled. `part` is that object's part of the event, by itself an event of the same kind.
 * @throws Error when the event is not understood, or any object's part failed: Lambda then gives the whole event again, and
 *   handling the same one twice does no harm
 */
export async function forEachObject(
  event: unknown,
  handle: (object: ObjectEvent, part: unknown) => Promise<void>,
): Promise<void> {
  const parts = objectEventsIn(event);
  const outcomes = await Promise.allSettled(
    parts.map(async (part) => handle(readObjectEvent(part), part === event ? event : { Records: [part] })),
  );
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [String(outcome.reason)] : [],
  );
  for (const failure of failures) console.error({ event: "record-failed", error: failure });
  if (failures.length > 0) {
    throw new Error(`${failures.length} of ${parts.length} records failed: ${failures.join("; ")}`);
  }
}
