import { readFile } from "node:fs/promises";
import type { Cloud } from "./cloud";

/** What one thumbnail cost. CPU is this process's and that of the programs it started; NaN where the system hides it. */
export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly bytes: number;
  readonly requests: number;
}

export async function measure(cloud: Cloud, work: () => Promise<void>): Promise<Cost> {
  await cloud.takeSent();
  const cpuBefore = await cpuSeconds();
  const startedAt = performance.now();
  await work();
  const wallSeconds = (performance.now() - startedAt) / 1000;
  const cpu = (await cpuSeconds()) - cpuBefore;
  return { wallSeconds, cpuSeconds: cpu, ...(await cloud.takeSent()) };
}

/** Of several measurements of the same: the median of each number. */
export function median(costs: readonly Cost[]): Cost {
  const middle = (of: (cost: Cost) => number) =>
    costs.map(of).sort((a, b) => a - b)[Math.floor(costs.length / 2)] ?? NaN;
  return {
    wallSeconds: middle((cost) => cost.wallSeconds),
    cpuSeconds: middle((cost) => cost.cpuSeconds),
    bytes: middle((cost) => cost.bytes),
    requests: middle((cost) => cost.requests),
  };
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: utime, stime, cutime and cstime, 100 to a second. */
export async function cpuSeconds(): Promise<number> {
  const stat = await readFile("/proc/self/stat", "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100 || NaN;
}
