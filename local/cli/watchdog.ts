import type { CloudEvent } from "../localCloud";
import type { Outcome } from "../watch/outcomes";
import { readWorkerLine, type Progress } from "./progress";

/** When nothing has happened for so long, nothing will. */
const patienceMs = 10 * 60_000;

/** Gives up on a run whose workers cannot start, or in which nothing happens any more. */
export class Watchdog {
  /** Settles only when the run is given up. */
  readonly gaveUp: Promise<Outcome>;
  private giveUp: (outcome: Outcome) => void = () => undefined;
  private readonly timer: NodeJS.Timeout;
  private readonly workersWithJobs = new Set<string>();

  constructor(private readonly progress: Progress) {
    this.gaveUp = new Promise((resolve) => (this.giveUp = resolve));
    this.timer = setTimeout(() => {
      this.fail(`nothing has happened for ${patienceMs / 60_000} minutes`);
    }, patienceMs);
  }

  onEvent(event: CloudEvent): void {
    this.timer.refresh();
    if (event.type === "worker-line" && readWorkerLine(event.line).event === "job-started") {
      this.workersWithJobs.add(event.taskId);
    }
    if (event.type !== "task" || event.task.lastStatus !== "STOPPED" || event.task.exitCode === 0) return;
    const taskId = event.task.arn.split("/").at(-1) ?? "";
    if (!this.workersWithJobs.has(taskId))
      this.fail("a worker ended with an error before it had taken a job");
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private fail(reason: string): void {
    const lines = this.progress.lastLines();
    const context = lines.length > 0 ? `; what was printed last:\n${lines.join("\n")}` : "";
    this.giveUp({ ok: false, reason: reason + context });
  }
}
