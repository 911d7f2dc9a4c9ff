import { useSignal } from "@preact/signals";
import { shown } from "../../../../contract/shown";
import type { ChoiceMade, Problem, VideoDetails, VideoProgress } from "../../../messages";
import { Copy } from "../parts/Copy";
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
  /** What was asked for elsewhere, as by its upload, ends without a word. */
  const isAskedHere = useSignal(false);
  const chosen = "value" in details.chosen ? details.chosen.value : null;
  const timestamp = timestampOf(seconds);
  const command = `npm run ops -- choose ${opsOptions} -- ${quoted(details.key)} ${timestamp}`;
  const choose = async (wanted: string | null) => {
    isAsking.value = true;
    problem.value = undefined;
    try {
      await post<ChoiceMade>("/api/choose", { key: details.key, timestamp: wanted });
      isAskedHere.value = true;
      onChosen();
    } catch (error) {
      problem.value = problemOf(error);
    }
    isAsking.value = false;
  };
  return (
    <div class="choosing">
      <p>{shown(whyText(details, chosen))}</p>
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
          {details.frameFrom !== "auto" && chosen !== "auto" && (
            <button type="button" disabled={isAsking.value} onClick={() => void choose("auto")}>
              Let the worker choose
            </button>
          )}
          {chosen !== null && (
            <button type="button" disabled={isAsking.value} onClick={() => void choose(null)}>
              Take the choice back
            </button>
          )}
        </p>
      )}
      {problem.value !== undefined && <ProblemText problem={problem.value} />}
      <p role="status" class="quiet">
        {isAskedHere.value || step?.phase !== "done" ? stepText(step) : ""}
      </p>
      {!isReadOnly && shown(command) === command && (
        <details>
          <summary>The same in a terminal</summary>
          <pre tabIndex={0}>
            <code>{command}</code>
          </pre>
          <Copy text={command} what="the command" />
        </details>
      )}
    </div>
  );
}

function whyText({ thumbnail, manifest, frameFrom }: VideoDetails, chosen: string | null): string {
  const at =
    thumbnail?.timestampSeconds == null
      ? ""
      : ` The thumbnail is the frame at ${clock(thumbnail.timestampSeconds, { ms: true })}.`;
  if (chosen !== null && chosen !== "auto")
    return `Somebody chose the frame at ${chosen.replace(" percent", "%")}.${at}`;
  if (thumbnail === null) return "There is no thumbnail.";
  switch (frameFrom) {
    case "auto":
      return `The worker chose the frame${judgement(manifest)}.${at}`;
    case "tag":
      return `A tag chose the frame that is here still.${at}`;
    case "metadata":
      return `The video's metadata chose the frame, as they were set at its upload.${at}`;
    case "name":
      return `The end of the file's name chose the frame.${at}`;
    default:
      return `The stack's setting thumbnailTimestamp chose the frame.${at}`;
  }
}

function judgement(manifest: VideoDetails["manifest"]): string {
  const choice = manifest?.frame.choice;
  if (choice === undefined) return "";
  const wrong = choice.verdicts.length === 0 ? "" : `, though it is ${choice.verdicts.map(shown).join(", ")}`;
  return `, and gave it ${Math.round(choice.score * 100)} of 100${wrong}`;
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
      return `It failed: ${shown(step.reason ?? "unknown")}`;
    default:
      return "";
  }
}

/** For a shell. */
function quoted(key: string): string {
  return /^[\w./:@%+=,-]+$/.test(key) ? key : `'${key.replaceAll("'", `'\\''`)}'`;
}
