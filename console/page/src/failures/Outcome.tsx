import { useEffect, useRef } from "preact/hooks";
import { shown } from "../../../../contract/shown";
import type { RedriveResult } from "../../../messages";
import { counted } from "../parts/counted";
import { ProblemText } from "../parts/Problem";
import { outcome } from "./redrive";

/** What the last sending came to. It takes the focus, since the button that was pressed may be gone with its row. */
export function Outcome() {
  const told = outcome.value;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (told !== undefined) place.current?.focus();
  }, [told]);
  if (told === undefined) return null;
  return (
    <div ref={place} class="outcome" tabIndex={-1} role="group" aria-label="What was sent">
      {"problem" in told ? <ProblemText problem={told.problem} /> : <Sent result={told.result} />}
      <button type="button" class="quiet small" onClick={() => (outcome.value = undefined)}>
        Dismiss
      </button>
    </div>
  );
}

function Sent({ result: { sent, missing, problems, needless } }: { result: RedriveResult }) {
  return (
    <div class="outcome-text">
      <p>
        <strong>{counted(sent, "job")} sent to the workers.</strong>{" "}
        {sent > 0 && "How far they are is seen under Videos."}
      </p>
      <Left title="No longer among the failures" texts={missing} />
      <Left title="Not sent" texts={problems} />
      <Left title="Nothing to be done" texts={needless} />
    </div>
  );
}

function Left({ title, texts }: { title: string; texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <details open={texts.length <= 5}>
      <summary>
        {title}: {texts.length}
      </summary>
      <ul>
        {texts.map((text, index) => (
          <li key={index}>
            <bdi>{shown(text)}</bdi>
          </li>
        ))}
      </ul>
    </details>
  );
}
