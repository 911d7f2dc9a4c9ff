import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { MemoryGroup } from "./memoryGroup";

export interface LogLine {
  readonly event: string;
  readonly key?: string;
  readonly reason?: string;
  readonly error?: string;
}

/** The bundled worker, in the memory of the smallest task. */
export class LimitedWorker {
  readonly lines: LogLine[] = [];
  private readonly news = new EventEmitter();
  private readonly ended: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    readonly group: MemoryGroup,
  ) {
    this.ended = once(child, "exit");
    createInterface({ input: child.stdout! }).on("line", (line) => {
      this.lines.push(JSON.parse(line) as LogLine);
      this.news.emit("news");
    });
    child.once("exit", (code, signal) => {
      this.lines.push({ event: "exited", reason: String(signal ?? code) });
      this.news.emit("news");
    });
  }

  static start(bundle: string, taskMemoryMiB: number, variables: Record<string, string>): LimitedWorker {
    const group = MemoryGroup.create(taskMemoryMiB);
    const heap = `--max-old-space-size=${taskMemoryMiB / 4}`;
    const [program, ...args] = group.command(process.execPath, heap, bundle);
    const child = spawn(program, args, {
      env: {
        PATH: process.env.PATH,
        NODE_NO_WARNINGS: "1",
        TASK_MEMORY_MIB: String(taskMemoryMiB),
        ...(process.env["VIDEO_CPU_SECONDS"] !== undefined && {
          VIDEO_CPU_SECONDS: process.env["VIDEO_CPU_SECONDS"],
        }),
        ...variables,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    return new LimitedWorker(child, group);
  }

  /** How the job of a key ended; that of the worker, when it ends first. */
  async outcome(key: string): Promise<LogLine> {
    for (;;) {
      const found = this.lines.find(
        ({ event, key: one }) =>
          event === "exited" || (one === key && event !== "job-started" && event !== "job-returned"),
      );
      if (found !== undefined) return found;
      await once(this.news, "news");
    }
  }

  /** Resident, and the CPU time of the worker and of all children that have ended. Linux only. */
  use(): { readonly residentMiB: number; readonly cpuSeconds: number } {
    const of = (file: string) => readFileSync(`/proc/${String(this.child.pid)}/${file}`, "latin1");
    const fields = of("stat")
      .replace(/^.*\) /s, "")
      .split(" ");
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const resident = /^VmRSS:\s*(\d+) kB$/m.exec(of("status"))?.[1];
    return { residentMiB: Math.round(Number(resident) / 1024), cpuSeconds: ticks / 100 };
  }

  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    await this.ended;
    this.group.remove();
  }
}
