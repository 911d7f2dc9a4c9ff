import type { Clock } from "../local/clock";
import type { StartContainer } from "../local/services/ecs/ecsTask";
import type { JobQueue } from "./jobQueue";

export interface WorkerModelOptions {
  queue: JobQueue;
  clock: Clock;
  /** From receiving a job until asking for the next. */
  secondsPerJob: number;
  /** The worker leaves after so long without a job. */
  idleSeconds: number;
  onJobDone: () => void;
  /** Called when something is about to happen that only promises tell of. */
  onChange: () => void;
}

/** A worker as far as time and the queue go: it takes one job after the other, each for the same time, and leaves. */
export function workerModel(options: WorkerModelOptions): StartContainer {
  const { queue, clock, secondsPerJob, idleSeconds, onJobDone, onChange } = options;
  return () => {
    onChange();
    const exited = new Promise<{ exitCode: number }>((resolve) => {
      const next = () => {
        queue.take(idleSeconds * 1000, (isFound) => {
          if (!isFound) {
            onChange();
            resolve({ exitCode: 0 });
            return;
          }
          clock.after(secondsPerJob * 1000, () => {
            onJobDone();
            next();
          });
        });
      };
      next();
    });
    return { exited, signal: () => undefined, kill: () => Promise.resolve() };
  };
}
