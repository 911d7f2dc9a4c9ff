import type { Status } from "../../../messages";
import { TimeAgo } from "../parts/TimeAgo";
import { Words } from "../parts/Words";
import { verdictOf } from "./verdict";

/** What is to be done, if anything, and as of when. */
export function Standing({ status }: { status: Status | undefined }) {
  if (status === undefined)
    return (
      <div class="standing">
        <p class="standing-words quiet">Looking …</p>
        <div class="skeleton standing-skeleton" />
      </div>
    );
  const { tone, words, more } = verdictOf(status);
  return (
    <div class="standing">
      <p class="standing-words" role="status">
        <span class={`dot ${tone}`} />
        {words}
      </p>
      <p class="small-text quiet">
        {more !== undefined && (
          <>
            <Words text={more} />{" "}
          </>
        )}
        <span class="read-at">
          Read <TimeAgo iso={status.readAt} />.
        </span>
      </p>
    </div>
  );
}
