import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";

/** A control group that gives the processes in it so much memory and no swap, as a container does. */
export class MemoryGroup {
  private constructor(
    readonly kind: string,
    private readonly directory: string | undefined,
    private readonly before: readonly string[],
  ) {}

  /**
   * By the kernel's own means where this process may, or by systemd for a user; without both, processes are not
   * limited, and `kind` says so.
   */
  static create(mebibytes: number): MemoryGroup {
    return (
      MemoryGroup.inKernel("/sys/fs/cgroup", "cgroup.procs", {
        "memory.max": mebibytes,
        "memory.swap.max": 0,
      }) ??
      MemoryGroup.inKernel("/sys/fs/cgroup/memory", "tasks", { "memory.limit_in_bytes": mebibytes }) ??
      MemoryGroup.bySystemd(mebibytes) ??
      new MemoryGroup("no limit but the worker's own", undefined, [])
    );
  }

  private static inKernel(
    root: string,
    tasks: string,
    limits: Readonly<Record<string, number>>,
  ): MemoryGroup | undefined {
    const directory = `${root}/hostile-${process.pid}`;
    if (!existsSync(`${root}/${tasks}`)) return undefined;
    try {
      mkdirSync(directory);
      for (const [file, mebibytes] of Object.entries(limits))
        if (existsSync(`${directory}/${file}`) || mebibytes > 0)
          writeFileSync(`${directory}/${file}`, String(mebibytes * 2 ** 20), { flag: "r+" });
    } catch {
      if (existsSync(directory)) rmdirSync(directory);
      return undefined;
    }
    const enter = ["sh", "-c", `echo $$ > ${directory}/cgroup.procs && exec "$@"`, "sh"];
    return new MemoryGroup(`the control group ${directory}`, directory, enter);
  }

  private static bySystemd(mebibytes: number): MemoryGroup | undefined {
    const scope = ["systemd-run", "--user", "--scope", "--quiet"];
    const limited = [...scope, "-p", `MemoryMax=${mebibytes}M`, "-p", "MemorySwapMax=0"];
    try {
      execFileSync(limited[0]!, [...limited.slice(1), "true"], { stdio: "ignore" });
      return new MemoryGroup("a scope of systemd", undefined, limited);
    } catch {
      return undefined;
    }
  }

  /** The command that runs a command in the group, as the same process. */
  command(...command: string[]): [string, ...string[]] {
    return [...this.before, ...command] as [string, ...string[]];
  }

  /** The most that its processes have had, page cache included; undefined when nothing tells. */
  peakMiB(): number | undefined {
    const files = ["memory.peak", "memory.max_usage_in_bytes"].map(
      (file) => `${this.directory ?? ""}/${file}`,
    );
    const file = files.find((name) => this.directory !== undefined && existsSync(name));
    return file === undefined ? undefined : Math.ceil(Number(readFileSync(file, "utf8")) / 2 ** 20);
  }

  /** When its processes have ended. */
  remove(): void {
    if (this.directory !== undefined) rmdirSync(this.directory);
  }
}
