import { readFileSync, writeFileSync } from "node:fs";

/** A child that fills memory as fast as it can takes some tens of MiB in this time. */
const intervalMs = 50;

/** Of the times in /proc, for every program. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const ticksPerSecond = 100;

export interface ChildUse {
  /** Of all its threads, since it was started. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

export interface UseWatch {
  readonly lastSeen: () => ChildUse;
  readonly stop: () => void;
}

/**
 * Looks at what a process uses, and tells it to `onUse`, until it is stopped; and sees to it that the kernel, when
 * memory runs out, ends that process and not the worker. On Linux only: elsewhere there is no /proc to read, a video's
 * memory has no bound, and its CPU time the one that ffmpeg is given as an option.
 */
export function watchUse(pid: number, onUse: (use: ChildUse) => void): UseWatch {
  let use: ChildUse = { cpuSeconds: 0, residentBytes: 0 };
  if (process.platform !== "linux") return { lastSeen: () => use, stop: () => undefined };
  try {
    // Anyone may raise the score of a process of their own: https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html
    writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
  } catch {
    // It has ended already.
  }
  const look = () => {
    try {
      use = useOf(pid);
    } catch {
      return;
    }
    onUse(use);
  };
  const timer = setInterval(look, intervalMs);
  return {
    lastSeen: () => use,
    stop: () => {
      clearInterval(timer);
    },
  };
}

function useOf(pid: number): ChildUse {
  // The name, the second field, is in parentheses and may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
    .replace(/^.*\) /s, "")
    .split(" ");
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    residentBytes: Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024,
  };
}
