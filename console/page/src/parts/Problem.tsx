import { shown } from "../../../../contract/shown";
import type { Problem } from "../../../messages";
import { Words } from "./Words";

/** What went wrong, and what to do. */
export function ProblemText({ problem }: { problem: Problem }) {
  return (
    <div class="problem" role="alert">
      <p>
        <strong>
          <Words text={problem.message} />
        </strong>
      </p>
      {problem.right !== undefined && (
        <p>
          The right that is missing: <code>{shown(problem.right)}</code>
        </p>
      )}
      <p>
        <Words text={problem.whatToDo} />
      </p>
    </div>
  );
}

/** In place of what can not be told, in a few words: the right that is missing, or that it is not known. */
export function ProblemNote({ problem }: { problem: Problem }) {
  return (
    <span class="problem-note" title={`${shown(problem.message)} ${shown(problem.whatToDo)}`}>
      {problem.right === undefined ? (
        "not known"
      ) : (
        <>
          needs <code>{shown(problem.right)}</code>
        </>
      )}
    </span>
  );
}
