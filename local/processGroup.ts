import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { createInterface } from "node:readline";

/** How a process ended: its exit code, or the signal that ended it, or why it could not be started. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  error?: Error;
}

/**
 * A child process that leads a process group of its own: a Ctrl-C in the terminal does not reach it behind our
 * back, and whatever it has started (a worker's ffmpeg) ends when it does.
 */
export class ProcessGroup {
  readonly child: ChildProcess;
  /** Settles when the process has ended; never rejects. */
  readonly exited: Promise<Exit>;

  constructor(command: string, args: string[], options: SpawnOptions, onLine: (line: string) => void) {
    this.child = spawn(command, args, { ...options, detached: true });
    this.child.once("exit", () => {
      this.killGroup();
    });
    this.exited = new Promise((resolve) => {
      this.child.once("error", (error) => {
        resolve({ code: null, signal: null, error });
      });
      this.child.once("close", (code, signal) => {
        resolve({ code, signal });
      });
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", onLine);
    }
  }

  /** Sends `signal` to the process alone, as ECS does to a container's first process. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends the process and everything that it has started. */
  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.killGroup();
    await this.exited;
  }

  private killGroup(): void {
    try {
      if (this.child.pid !== undefined) process.kill(-this.child.pid, "SIGKILL");
    } catch {
      // Nobody is left in the group.
    }
  }
}
