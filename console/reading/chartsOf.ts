import type { Series } from "../../ops/history";
import type { Chart, Status } from "../messages";

/** How each chart is named. */
const charts = {
  waiting: { name: "Jobs waiting", unit: "jobs" },
  workers: { name: "Workers", unit: "workers" },
  oldest: { name: "Oldest job", unit: "seconds" },
  uploads: { name: "Uploads a minute", unit: "videos" },
  thumbnails: { name: "Thumbnails a minute", unit: "videos" },
  wait: { name: "Upload to thumbnail (p95)", unit: "seconds" },
  failed: { name: "Failed jobs", unit: "jobs" },
} as const satisfies Record<Chart["id"], Pick<Chart, "name" | "unit">>;

/** What CloudWatch counts by the minute and has no value for where there was nothing. */
const countedPerMinute: readonly Chart["id"][] = ["uploads", "thumbnails"];
const hourSeconds = 3600;

/** CloudWatch's series as charts; a minute without a value is a gap or, of what is counted, zero. */
export function chartsOfSeries(series: readonly Series[], nowMs = Date.now()): Chart[] {
  const end = Math.ceil(nowMs / 60_000) * 60;
  const minutes = Array.from({ length: 60 }, (_, index) => end - hourSeconds + index * 60);
  return series.map(({ id, points }) => {
    const values = new Map(points);
    const missing = countedPerMinute.includes(id) ? 0 : null;
    return { id, ...charts[id], points: minutes.map((at) => [at, values.get(at) ?? missing]) };
  });
}

/** The console's own readings of the last hour, where there is no CloudWatch. */
export class OwnCharts {
  private readonly points: Record<"waiting" | "workers" | "failed", [number, number | null][]> = {
    waiting: [],
    workers: [],
    failed: [],
  };

  add({
    jobs,
    workers,
    failedJobs,
    readAt,
  }: Pick<Status, "jobs" | "workers" | "failedJobs" | "readAt">): void {
    const at = Date.parse(readAt) / 1000;
    const add = (id: keyof OwnCharts["points"], value: number | null) => {
      const points = this.points[id];
      points.push([at, value]);
      while ((points[0]?.[0] ?? at) < at - hourSeconds) points.shift();
    };
    add("waiting", "value" in jobs ? jobs.value.waiting : null);
    add("workers", "value" in workers ? workers.value.running + workers.value.starting : null);
    add("failed", "value" in failedJobs ? failedJobs.value : null);
  }

  charts(): Chart[] {
    return (["waiting", "workers", "failed"] as const).map((id) => ({
      id,
      ...charts[id],
      points: thinned(this.points[id]),
    }));
  }
}

/** A chart is a hundred and some pixels wide: of each stretch of time the highest value is enough. */
const shownPoints = 120;

function thinned(points: readonly [number, number | null][]): [number, number | null][] {
  const each = Math.ceil(points.length / shownPoints);
  return Array.from({ length: Math.ceil(points.length / each) }, (_, index) => {
    const part = points.slice(index * each, (index + 1) * each);
    const known = part.flatMap(([, value]) => (value === null ? [] : [value]));
    return [part.at(-1)?.[0] ?? 0, known.length === 0 ? null : Math.max(...known)];
  });
}
