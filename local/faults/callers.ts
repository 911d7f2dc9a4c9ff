import type { RunningContainer } from "../services/ecs/ecsTask";
import type { Faults } from "./faults";

/**
 * Tells which task calls S3 and SQS, by its id, which is the access key that it signs with, and can end it there and
 * then. Must be the outermost of the faults around containers.
 */
export class Callers {
  private readonly containers = new Map<string, RunningContainer>();
  private readonly endings: ((taskId: string) => void)[] = [];

  readonly faults: Faults = {
    container: (start) => (run) => {
      const container = start(run);
      this.containers.set(run.taskId, container);
      void container.exited.then(() => {
        this.containers.delete(run.taskId);
        for (const tell of this.endings) tell(run.taskId);
      });
      return container;
    },
  };

  /** Whether the access key is that of a task that runs. */
  isTask(accessKeyId: string): boolean {
    return this.containers.has(accessKeyId);
  }

  /** Whether the access key is that of a task, running or not. */
  isFromTask(accessKeyId: string): boolean {
    return /^[0-9a-f]{32}$/.test(accessKeyId);
  }

  runningTasks(): string[] {
    return [...this.containers.keys()];
  }

  /** Ends the task with SIGKILL, as the kernel does when memory is short; settles when it is gone. */
  async kill(accessKeyId: string): Promise<void> {
    await this.containers.get(accessKeyId)?.kill();
  }

  /** Sends SIGTERM, as ECS does before it stops a task. */
  terminate(accessKeyId: string): void {
    this.containers.get(accessKeyId)?.signal("SIGTERM");
  }

  /** Calls `tell` with the id of each task that has ended. */
  onEnd(tell: (taskId: string) => void): void {
    this.endings.push(tell);
  }
}
