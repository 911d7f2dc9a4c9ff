import { shown } from "../../../../contract/shown";
import type { FailedEvent } from "../../../messages";
import { counted, number } from "../parts/counted";
import { Key } from "../parts/Key";
import { stack } from "../server/stream";
import { isSending, redrive } from "./redrive";
import { TriesAndTime } from "./TriesAndTime";
import { useFirstRows } from "./useFirstRows";

/** A Lambda may be given many events at once. */
const shownKeys = 3;

/** Events that no Lambda could handle, so that no job was made of their videos. */
export function FailedEvents({ events }: { events: readonly FailedEvent[] }) {
  const [first, more] = useFirstRows(events);
  return (
    <section class="card failure-group" aria-label="Failed events">
      <div class="view-head">
        <h2>
          Failed events <span class="badge">{counted(events.length, "event")}</span>
        </h2>
        {stack.value?.isReadOnly === false && (
          <button
            type="button"
            disabled={isSending.value}
            onClick={() => void redrive("events", events.length)}
          >
            Make their jobs
          </button>
        )}
      </div>
      <p>
        What S3 told of these videos, a Lambda failed on or was not given, so that no job was made of it.{" "}
        <strong>What to do:</strong> mend what the error names, then make their jobs.
      </p>
      <table class="becomes-cards failure-table">
        <thead>
          <tr>
            <th scope="col">Videos</th>
            <th scope="col">Error</th>
            <th scope="col">Function</th>
            <th scope="col" class="number">
              Tries
            </th>
            <th scope="col">Failed</th>
          </tr>
        </thead>
        <tbody>
          {first.map((event, index) => (
            <Row key={index} event={event} />
          ))}
        </tbody>
      </table>
      {more}
    </section>
  );
}

function Row({ event: { function: name, error, attempts, failedAt, keys } }: { event: FailedEvent }) {
  return (
    <tr>
      <td class="failure-key">
        {keys.slice(0, shownKeys).map((key) => (
          <div key={key}>
            <Key text={key} />
          </div>
        ))}
        {keys.length > shownKeys && <span class="quiet">and {number(keys.length - shownKeys)} more</span>}
        {keys.length === 0 && <span class="quiet">not known</span>}
      </td>
      <td class="failure-reason">{shown(error)}</td>
      <td class="failure-function" data-name="Function">
        {shown(name)}
      </td>
      <TriesAndTime attempts={attempts} failedAt={failedAt} />
    </tr>
  );
}
