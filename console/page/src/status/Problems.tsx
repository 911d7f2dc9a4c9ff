import type { Problem, Status } from "../../../messages";
import { ProblemText } from "../parts/Problem";

/** Why some of it can not be told: each reason once, for one is often that of all. */
export function Problems({ status }: { status: Status }) {
  const { jobs, failedJobs, failedEvents, workers, oldestJobSeconds, alarms, charts } = status;
  const problems = new Map<string, Problem>();
  for (const reading of [jobs, failedJobs, failedEvents, workers, oldestJobSeconds, alarms, charts])
    if ("problem" in reading) problems.set(sameness(reading.problem), reading.problem);
  if (problems.size === 0) return null;
  return (
    <div class="status-problems">
      {[...problems].map(([key, problem]) => (
        <ProblemText key={key} problem={problem} />
      ))}
    </div>
  );
}

/** Credentials are those of every call, though each service says it in its own words. */
function sameness({ kind, message, whatToDo }: Problem): string {
  return kind === "credentials" ? whatToDo : message;
}
