import type { Cost } from "./measure";
import { workerName } from "./methods";

/** One line of the comparison. */
export interface Row {
  readonly video: string;
  readonly atSeconds: number;
  readonly method: string;
  readonly cost: Cost;
}

/** The comparison as a Markdown table; ratios are to the worker's figure for the same video and position. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ video, atSeconds, method, cost }) => {
    const worker = rows.find(
      (row) => row.video === video && row.atSeconds === atSeconds && row.method === workerName,
    )?.cost;
    const withRatio = (text: string, of: (cost: Cost) => number) =>
      worker === undefined || method === workerName ? text : `${text} (${ratio(of(cost) / of(worker))})`;
    return [
      video,
      `${atSeconds} s`,
      method,
      withRatio(`${cost.wallSeconds.toFixed(2)} s`, (c) => c.wallSeconds),
      withRatio(`${cost.cpuSeconds.toFixed(2)} s`, (c) => c.cpuSeconds),
      withRatio(`${(cost.bytes / 1e6).toFixed(1)} MB`, (c) => c.bytes),
      String(cost.requests),
    ];
  });
  const head = ["video", "at", "method", "wall time", "CPU time", "read from S3", "requests"];
  return markdown([head, head.map(() => "---"), ...lines]);
}

export function markdown(lines: readonly (readonly string[])[]): string {
  return lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function ratio(value: number): string {
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(2)}×`;
}
