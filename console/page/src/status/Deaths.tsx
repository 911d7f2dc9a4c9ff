import { shown } from "../../../../contract/shown";
import type { Status } from "../../../messages";
import { counted } from "../parts/counted";
import { TimeAgo } from "../parts/TimeAgo";

/** The workers that failed within a minute of their start, each with what ECS says of it. */
export function Deaths({ workers }: { workers: Status["workers"] }) {
  if ("problem" in workers || workers.value.diedYoung.length === 0) return null;
  const { diedYoung } = workers.value;
  return (
    <details class="status-details">
      <summary>
        <span class="badge warn">{counted(diedYoung.length, "worker")} died young</span>{" "}
        <span class="quiet small-text">within a minute of the start, in the last hour</span>
      </summary>
      <ul class="plain-list">
        {diedYoung.map(({ stoppedAt, reason }, index) => (
          <li key={index}>
            <p>
              {shown(reason)}{" "}
              {stoppedAt !== null && (
                <span class="quiet small-text">
                  <TimeAgo iso={stoppedAt} />
                </span>
              )}
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}
