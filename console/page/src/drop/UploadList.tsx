import { useComputed } from "@preact/signals";
import type { Problem } from "../../../messages";
import { ProblemText } from "../parts/Problem";
import { Announcement } from "./Announcement";
import { countsOf, summaryOf } from "./counts";
import { stageOf, type Stage, type Upload } from "./sending/upload";
import { canCancel, cancelAll, clearFinished, isOfAll, resumeAll, uploads } from "./sending/uploads";
import { UploadCard } from "./UploadCard";

/** A folder may have thousands of files. */
const cardsShown = 100;
/** What is shown where not all can be: what moves or needs somebody first, then what waits. */
const order: readonly Stage[] = [
  ...(["stopped", "cut", "paused", "sending", "finishing", "making", "failed"] as const),
  ...(["waiting", "done"] as const),
];

/** What was uploaded by this page, and what has become of it. */
export function UploadList() {
  const list = useComputed(() => shownOf(uploads.value));
  const counts = useComputed(() => countsOf(uploads.value));
  const problem = useComputed(() => problemOfAll(uploads.value));
  const { total, byStage } = counts.value;
  if (total === 0) return <Announcement />;
  const more = total - list.value.length;
  const has = (stages: readonly Stage[]) => stages.some((stage) => (byStage[stage] ?? 0) > 0);
  return (
    <section class="uploads" aria-labelledby="uploads-title">
      <div class="uploads-head">
        <h2 id="uploads-title">Uploads</h2>
        <p class="quiet">{summaryOf(counts.value)}</p>
        <div class="uploads-actions">
          {(byStage.stopped ?? 0) > 1 && (
            <button type="button" onClick={resumeAll}>
              Retry all
            </button>
          )}
          {has(order.filter(canCancel)) && total > 1 && (
            <button type="button" onClick={cancelAll}>
              Cancel all
            </button>
          )}
          {has(["done", "failed"]) && (
            <button type="button" onClick={clearFinished}>
              Clear finished
            </button>
          )}
        </div>
      </div>
      <Announcement />
      {problem.value && <ProblemText problem={problem.value} />}
      <ul class="upload-cards">
        {list.value.map((upload) => (
          <UploadCard key={upload.id} upload={upload} />
        ))}
      </ul>
      {more > 0 && <p class="quiet">and {more} more</p>}
    </section>
  );
}

/** What has stopped them all, which is said once. */
function problemOfAll(all: readonly Upload[]): Problem | undefined {
  for (const { state } of all)
    if (state.value.step === "stopped" && isOfAll(state.value.problem)) return state.value.problem;
  return undefined;
}

function shownOf(all: readonly Upload[]): readonly Upload[] {
  if (all.length <= cardsShown) return all;
  const ranked = all.map((upload) => ({ upload, rank: order.indexOf(stageOf(upload)) }));
  // Of those that wait, the next ones.
  ranked.sort((a, b) => a.rank - b.rank || a.upload.id - b.upload.id);
  return ranked.slice(0, cardsShown).map(({ upload }) => upload);
}
