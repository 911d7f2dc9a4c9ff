import type { Problem, Status } from "../../../messages";
import { ProblemText } from "../parts/Problem";

/** Why some of it can not be told: each reason once, for one is often that of all. */
export function Problems({ status }: { status: Status }) {
  const { jobs, failedJobs, failedEvents, workers, oldestJobSeconds, alarms, charts } = status;
  const problems = new Map<string, Problem>();
  for (const reading of [jobs, failedJobs, failedEvents, workers, oldestJobSeconds, alarms, charts])
    if ("problem" in reading) problems.set(reading.problem.message, reading.problem);
  if (problems.size === 0) return null;
  return (
    <div class="status-problems">
      {[...problems].map(([message, problem]) => (
        <ProblemText key={message} problem={problem} />
      ))}
    </div>
  );
}
