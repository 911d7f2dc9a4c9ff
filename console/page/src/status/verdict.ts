import { counted } from "../parts/counted";
import type { Reading, Status } from "../../../messages";

/** How a stack stands, in words, and how that is to be taken. */
export interface Verdict {
  readonly tone: "good" | "busy" | "warn" | "bad" | "unknown";
  readonly words: string;
  /** What is to be known besides. */
  readonly more?: string;
}

/** What is to be done, if anything, as the command `status` says it; what could not be read is none of it. */
export function verdictOf(status: Status): Verdict {
  const { waiting, inHand } = valueOf(status.jobs) ?? { waiting: 0, inHand: 0 };
  const workers = valueOf(status.workers);
  const alarms = (valueOf(status.alarms) ?? []).filter(({ state }) => state === "alarm");
  const failedJobs = valueOf(status.failedJobs) ?? 0;
  const failedEvents = valueOf(status.failedEvents) ?? 0;
  if (failedJobs + failedEvents > 0) {
    const failures = [
      ...(failedJobs > 0 ? [counted(failedJobs, "failed job")] : []),
      ...(failedEvents > 0 ? [counted(failedEvents, "failed event")] : []),
    ];
    return { tone: "bad", words: failures.join(" and "), more: "Failures says why, and sends them again." };
  }
  if (workers !== undefined && waiting > 0 && workers.running + workers.starting === 0)
    return {
      tone: "warn",
      words: "Jobs wait and no worker runs",
      more: "One is started within a minute, or superviseWorkers's log says why not.",
    };
  if (alarms.length > 0) return { tone: "bad", words: counted(alarms.length, "alarm") };
  if (waiting + inHand > 0) return { tone: "busy", words: "At work" };
  if ("problem" in status.jobs)
    return { tone: "unknown", words: "Not known", more: "The queue of jobs can not be read." };
  if ([status.failedJobs, status.failedEvents].some((reading) => "problem" in reading))
    return { tone: "unknown", words: "No job waits", more: "Whether any has failed can not be read." };
  return { tone: "good", words: "All done" };
}

/** Undefined of what could not be read. */
export function valueOf<T>(reading: Reading<T>): T | undefined {
  return "value" in reading ? reading.value : undefined;
}
