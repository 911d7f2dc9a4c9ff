import { Worker } from "node:worker_threads";
import { childGroups } from "./child/childGroups";
import type { WorkerLogEvent } from "../contract/workerLog";

const beatMs = 1000;

/**
 * Ends the process, and the children that it runs, when its event loop has stood still for so long, whatever the reason:
 * a thread of its own waits for the loop's heartbeat. Such a process would take no job and hear no SIGTERM, but count
 * as a running worker. It ends as one that is killed; the job in hand is visible again when its time is over.
 *
 * It can not end the first process of a container, which the kernel keeps from all signals of its own: an init process
 * stands before it (tini, the entry point of the image).
 */
export function startWatchdog({ standstillSeconds = 30 } = {}): void {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const words: WorkerLogEvent = {
    level: "error",
    event: "worker-stuck",
    standstillSeconds,
  };
  const duty: Duty = { beats, childGroups, standstillSeconds, words };
  const thread = new Worker(`(${keepWatch.toString()})()`, {
    eval: true,
    env: {},
    workerData: duty,
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  });
  thread.unref();
  setInterval(
    () => {
      Atomics.add(beats, 0, 1);
      Atomics.notify(beats, 0);
    },
    Math.min(beatMs, standstillSeconds * 250),
  ).unref();
}

interface Duty {
  readonly beats: Int32Array;
  readonly childGroups: Int32Array;
  readonly standstillSeconds: number;
  readonly words: object;
}

/** The thread's program: its text is all that the thread gets, so it uses nothing from outside of itself. */
function keepWatch(): void {
  const threads = process.getBuiltinModule("node:worker_threads");
  const { writeSync } = process.getBuiltinModule("node:fs");
  const { beats, childGroups, standstillSeconds, words } = threads.workerData as Duty;
  // Waiting in many small parts, it does not take a machine's or a container's pause for a standstill.
  const parts = 10;
  let still = 0;
  while (still < parts) {
    const seen = Atomics.load(beats, 0);
    const isStill = Atomics.wait(beats, 0, seen, (standstillSeconds * 1000) / parts) === "timed-out";
    still = isStill ? still + 1 : 0;
  }
  try {
    writeSync(1, `${JSON.stringify({ time: new Date().toISOString(), ...words })}\n`);
  } catch {
    // Nobody reads it.
  }
  for (const group of childGroups) {
    try {
      if (group !== 0) process.kill(-group, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
  process.kill(process.pid, "SIGKILL");
}
