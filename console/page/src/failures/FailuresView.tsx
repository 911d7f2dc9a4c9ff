import { useComputed } from "@preact/signals";
import { ProblemText } from "../parts/Problem";
import { failures, stack } from "../server/stream";
import { FailedEvents } from "./FailedEvents";
import { FailureActions } from "./FailureActions";
import { FailureGroup } from "./FailureGroup";
import { groupsOf } from "./groups";
import { Outcome } from "./Outcome";
import { failedJobs } from "./selection";
import "./failures.css";

/** What failed, why, and what to do. */
export function FailuresView() {
  return (
    <div class="stack failures">
      <div class="view-head">
        <h1>Failures</h1>
        {stack.value?.isReadOnly === false && <FailureActions />}
      </div>
      <Outcome />
      <Listed />
    </div>
  );
}

function Listed() {
  const groups = useComputed(() => groupsOf(failedJobs.value));
  const told = failures.value;
  if (told === undefined)
    return (
      <div class="stack" aria-busy="true">
        <p class="visually-hidden">Looking for what failed …</p>
        <div class="skeleton failure-skeleton" />
        <div class="skeleton failure-skeleton" />
      </div>
    );
  if ("problem" in told) return <ProblemText problem={told.problem} />;
  const { jobs, events } = told.value;
  if (jobs.length + events.length === 0)
    return (
      <div class="card nothing-failed">
        <h2>Nothing failed</h2>
        <p class="quiet">
          A video that no thumbnail can be made of appears here, with its reason and what to do.
        </p>
      </div>
    );
  return (
    <>
      {groups.value.map((group) => (
        <FailureGroup key={group.means ?? ""} group={group} />
      ))}
      {events.length > 0 && <FailedEvents events={events} />}
      <p class="quiet small-text">
        Each reason, and what else there is to do: <code>docs/operating.md</code>, “Reasons”.
      </p>
    </>
  );
}
