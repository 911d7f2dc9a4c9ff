import { counted } from "../parts/counted";
import { isSending, redrive } from "./redrive";
import { SelectAll } from "./SelectAll";
import { failedJobs, selected, selectedCount } from "./selection";

/** What is done with several failed videos, and with all. */
export function FailureActions() {
  const all = failedJobs.value;
  if (all.length === 0) return null;
  const count = selectedCount.value;
  return (
    <div class="failure-actions">
      <label class="check">
        <SelectAll jobs={all} name="Select all" />
        Select all
      </label>
      <button
        type="button"
        class={count > 0 ? "primary" : undefined}
        disabled={count === 0 || isSending.value}
        onClick={() => void redrive({ keys: [...selected.value] }, count)}
      >
        {count === 0 ? "Send selected again" : `Send ${counted(count, "selected job")} again`}
      </button>
      <button type="button" disabled={isSending.value} onClick={() => void redrive("all", all.length)}>
        Send all again
      </button>
    </div>
  );
}
