import { shown } from "../../../../contract/shown";
import type { FailedVideo } from "../../../messages";
import { Key } from "../parts/Key";
import { hrefOf } from "../shell/route";
import { isSending, redrive } from "./redrive";
import { select, selected } from "./selection";
import { TriesAndTime } from "./TriesAndTime";

/** A failed video. */
export function FailureRow({ job, isReadOnly }: { job: FailedVideo; isReadOnly: boolean }) {
  const { key, reason, attempts, failedAt, logUrl } = job;
  const name = key === null ? "a message that is no job" : shown(key);
  return (
    <tr>
      {!isReadOnly && (
        <td class="failure-check">
          {key !== null && (
            <input
              type="checkbox"
              aria-label={`Select ${name}`}
              checked={selected.value.has(key)}
              onChange={({ currentTarget }) => {
                select([key], currentTarget.checked);
              }}
            />
          )}
        </td>
      )}
      <td class="failure-key">
        {key === null ? (
          <span class="quiet">No job: only “Send all again” sends it</span>
        ) : (
          <a href={hrefOf({ view: "video", key })}>
            <Key text={key} />
          </a>
        )}
      </td>
      <td class="failure-reason">{shown(reason)}</td>
      <TriesAndTime attempts={attempts} failedAt={failedAt} />
      <td class="failure-buttons">
        {logUrl !== null && (
          <a href={logUrl} target="_blank" rel="noreferrer" aria-label={`Log of ${name}`}>
            Log
          </a>
        )}
        {!isReadOnly && key !== null && (
          <button
            type="button"
            class="quiet small"
            aria-label={`Send again: ${name}`}
            disabled={isSending.value}
            onClick={() => void redrive({ keys: [key] }, 1)}
          >
            Send again
          </button>
        )}
      </td>
    </tr>
  );
}
