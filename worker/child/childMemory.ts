import { readFile, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";

const intervalMs = 100;

/** What a child may use, in bytes: of the container's memory, or the machine's, all but what the worker needs. */
export function defaultMaxMemoryBytes(): number {
  return Math.floor((Math.min(process.constrainedMemory() || Infinity, totalmem()) * 7) / 8);
}

/**
 * Calls `onExceeded` once the process has more than `maxBytes` in memory, and sees to it that the kernel, when it
 * runs out first, ends that process and not the worker. Gives what ends the watch.
 * On Linux only: elsewhere there is no file to read this from.
 */
export function watchMemory(pid: number, maxBytes: number, onExceeded: () => void): () => void {
  if (process.platform !== "linux") return () => undefined;
  // Anyone may raise the score of a process of their own: https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html
  writeFile(`/proc/${pid}/oom_score_adj`, "1000").catch(() => undefined);
  const timer = setInterval(() => {
    residentBytes(pid).then(
      (bytes) => {
        if (bytes > maxBytes) onExceeded();
      },
      () => undefined,
    );
  }, intervalMs);
  return () => {
    clearInterval(timer);
  };
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
