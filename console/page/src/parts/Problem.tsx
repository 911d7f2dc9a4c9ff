import { shown } from "../../../../contract/shown";
import type { Problem } from "../../../messages";

/** What went wrong, and what to do. */
export function ProblemText({ problem }: { problem: Problem }) {
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{shown(problem.message)}</strong>
      </p>
      {problem.right !== undefined && (
        <p>
          The right that is missing: <code>{shown(problem.right)}</code>
        </p>
      )}
      <p>{shown(problem.whatToDo)}</p>
    </div>
  );
}
