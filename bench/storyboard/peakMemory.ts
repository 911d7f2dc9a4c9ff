import { readdirSync, readFileSync } from "node:fs";

/** Tells the most memory, in bytes, that this process's children and theirs have had together since it was called. */
export function watchMemory(): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, bytesBelow(process.pid));
  }, 20);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function bytesBelow(pid: number): number {
  let bytes = 0;
  for (const child of childrenOf(pid)) {
    const resident = /^VmRSS:\s*(\d+) kB$/m.exec(read(`/proc/${child}/status`))?.[1];
    bytes += Number(resident ?? 0) * 1024 + bytesBelow(child);
  }
  return bytes;
}

function childrenOf(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map((thread) => read(`/proc/${pid}/task/${thread}/children`));
    return lists.join(" ").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
