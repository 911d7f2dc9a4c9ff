import { signal } from "@preact/signals";
import type { Status } from "../../../messages";
import { lazily } from "../parts/lazily";
import { ProblemNote } from "../parts/Problem";

const kept = "last-hour-is-open";
// A narrow screen's height is for the videos, unless somebody says otherwise.
const isWide = matchMedia("(min-width: 45rem)").matches;
const isOpen = signal((localStorage.getItem(kept) ?? (isWide ? "yes" : "no")) === "yes");
/** What draws charts is large. */
const Chart = lazily(
  () => import("./Chart").then((module) => module.Chart),
  <div class="skeleton chart-skeleton" />,
);

/** Small charts of the last hour, which can be put away for good. */
export function LastHour({ charts }: { charts: Status["charts"] | undefined }) {
  return (
    <details class="status-details" open={isOpen.value} onToggle={toggled}>
      <summary>Last hour</summary>
      {isOpen.value && <Charts charts={charts} />}
    </details>
  );
}

function Charts({ charts }: { charts: Status["charts"] | undefined }) {
  if (charts !== undefined && "problem" in charts) return <ProblemNote problem={charts.problem} />;
  if (charts === undefined)
    return (
      <div class="charts">
        {["a", "b", "c"].map((key) => (
          <div key={key} class="skeleton chart-skeleton" />
        ))}
      </div>
    );
  if (charts.value.length === 0) return <p class="quiet">There is nothing to draw yet.</p>;
  return (
    <div class="charts">
      {charts.value.map((chart) => (
        <Chart key={chart.id} chart={chart} />
      ))}
    </div>
  );
}

function toggled({ currentTarget }: { currentTarget: HTMLDetailsElement }): void {
  isOpen.value = currentTarget.open;
  localStorage.setItem(kept, currentTarget.open ? "yes" : "no");
}
