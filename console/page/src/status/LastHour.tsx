import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { Chart as ChartTold, Status } from "../../../messages";
import { ProblemNote } from "../parts/Problem";

const kept = "last-hour-is-open";
// A narrow screen's height is for the videos, unless somebody says otherwise.
const isWide = matchMedia("(min-width: 45rem)").matches;
const isOpen = signal((localStorage.getItem(kept) ?? (isWide ? "yes" : "no")) === "yes");
/** What draws charts is large, and comes once the first is to be seen. */
const Chart = signal<ComponentType<{ chart: ChartTold }> | undefined>(undefined);
let isAskedFor = false;

/** Small charts of the last hour, which can be put away for good. */
export function LastHour({ charts }: { charts: Status["charts"] | undefined }) {
  if (isOpen.value) load();
  return (
    <details class="status-details" open={isOpen.value} onToggle={toggled}>
      <summary>Last hour</summary>
      {isOpen.value && <Charts charts={charts} />}
    </details>
  );
}

function Charts({ charts }: { charts: Status["charts"] | undefined }) {
  if (charts !== undefined && "problem" in charts) return <ProblemNote problem={charts.problem} />;
  const Drawn = Chart.value;
  if (charts === undefined || Drawn === undefined)
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
        <Drawn key={chart.id} chart={chart} />
      ))}
    </div>
  );
}

function load(): void {
  if (isAskedFor) return;
  isAskedFor = true;
  import("./Chart").then(
    (module) => (Chart.value = module.Chart),
    // The server is away: the next time that it is opened.
    () => (isAskedFor = false),
  );
}

function toggled({ currentTarget }: { currentTarget: HTMLDetailsElement }): void {
  isOpen.value = currentTarget.open;
  localStorage.setItem(kept, currentTarget.open ? "yes" : "no");
}
