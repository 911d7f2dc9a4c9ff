import { useSignal } from "@preact/signals";
import type { ChoiceMade, Problem, VideoDetails, VideoProgress } from "../../../messages";
import { ProblemText } from "../parts/Problem";
import { clock } from "../parts/times";
import { post, problemOf } from "../server/api";
import { timestampOf } from "./frameTime";

interface ChoosingProps {
  readonly details: VideoDetails;
  readonly isReadOnly: boolean;
  /** Of the frame that is shown in the player. */
  readonly seconds: number;
  readonly step: VideoProgress | undefined;
  readonly opsOptions: string;
  readonly onChosen: () => void;
}

/** Which frame the thumbnail is of and why, and the buttons that take another one and that take this back. */
export function Choosing({ details, isReadOnly, seconds, step, opsOptions, onChosen }: ChoosingProps) {
  const problem = useSignal<Problem | undefined>(undefined);
  const isAsking = useSignal(false);
  const chosen = "value" in details.chosen ? details.chosen.value : null;
  const timestamp = timestampOf(seconds);
  const choose = async (wanted: string | null) => {
    isAsking.value = true;
    problem.value = undefined;
    try {
      await post<ChoiceMade>("/api/choose", { key: details.key, timestamp: wanted });
      onChosen();
    } catch (error) {
      problem.value = problemOf(error);
    }
    isAsking.value = false;
  };
  return (
    <div class="choosing">
      <p>{whyText(details, chosen)}</p>
      {"problem" in details.chosen && <ProblemText problem={details.chosen.problem} />}
      {!isReadOnly && (
        <p class="buttons">
          <button
            type="button"
            class="primary"
            disabled={isAsking.value || chosen === timestamp}
            onClick={() => void choose(timestamp)}
          >
            Use this frame ({clock(seconds, { ms: true })})
          </button>
          {chosen !== null && (
            <button type="button" disabled={isAsking.value} onClick={() => void choose(null)}>
              Take the choice back
            </button>
          )}
        </p>
      )}
      {problem.value !== undefined && <ProblemText problem={problem.value} />}
      <p role="status" class="quiet">
        {stepText(step)}
      </p>
      {!isReadOnly && (
        <details>
          <summary>The same in a terminal</summary>
          <pre>
            <code>{`npm run ops -- choose ${opsOptions} -- ${quoted(details.key)} ${timestamp}`}</code>
          </pre>
        </details>
      )}
    </div>
  );
}

function whyText({ thumbnail, manifest }: VideoDetails, chosen: string | null): string {
  const at =
    thumbnail?.timestampSeconds == null
      ? ""
      : ` The thumbnail is the frame at ${clock(thumbnail.timestampSeconds, { ms: true })}.`;
  if (chosen !== null) return `Somebody chose the frame at ${chosen.replace(" percent", "%")}.${at}`;
  const score = manifest?.frame.choice?.score;
  if (score !== undefined)
    return `The worker chose the frame, and gave it ${Math.round(score * 100)} of 100.${at}`;
  return at.trim() || "There is no thumbnail.";
}

function stepText(step: VideoProgress | undefined): string {
  switch (step?.phase) {
    case "queued":
      return step.before === null
        ? "Waits for a worker …"
        : `Waits for a worker, behind about ${step.before} others …`;
    case "starting":
      return "A worker starts …";
    case "working":
      return "The thumbnail is made anew …";
    case "frame":
    case "extras":
      return "The new thumbnail is there; the rest is made …";
    case "done":
      return "The new thumbnail is there.";
    case "failed":
      return `It failed: ${step.reason ?? "unknown"}`;
    default:
      return "";
  }
}

/** For a shell. */
function quoted(key: string): string {
  return /^[\w./:@%+=,-]+$/.test(key) ? key : `'${key.replaceAll("'", `'\\''`)}'`;
}
