import { UnusableVideoError } from "../errors";
import { inMiB, TaskMemory } from "./taskMemory";

/**
 * What the child processes of one job may use. What they use is the video's own doing, however slowly it is read: so
 * the time that they wait does not count, and a video that wants more is put aside, not tried again.
 */
export class Allowance {
  private spentSeconds = 0;

  constructor(
    readonly memory = new TaskMemory(),
    private readonly cpuSeconds = 90,
    private readonly whole?: Allowance,
  ) {}

  /** A part of it, of at most so much CPU time. What is used of the part is used of the whole. */
  part(cpuSeconds: number): Allowance {
    return new Allowance(this.memory, Math.min(cpuSeconds, this.cpuSecondsLeft), this);
  }

  get cpuSecondsLeft(): number {
    return Math.max(0, this.cpuSeconds - this.spentSeconds);
  }

  private get named(): string {
    if (this.whole === undefined) return `the ${this.cpuSeconds} s of CPU time that a video has`;
    return `its part of the CPU time that a video has, ${Math.round(this.cpuSeconds * 10) / 10} s`;
  }

  /** Counts what a child has used until its end. */
  spend(cpuSeconds: number): void {
    this.spentSeconds += cpuSeconds;
    this.whole?.spend(cpuSeconds);
  }

  /** What is wrong with a running child that has used so much by now; undefined when nothing is. */
  exceeded(
    program: string,
    use: { readonly cpuSeconds: number; readonly residentBytes: number },
  ): UnusableVideoError | undefined {
    if (use.cpuSeconds > this.cpuSecondsLeft)
      return new UnusableVideoError(
        `too costly: it needs more than ${this.named} (${program} had the last of them)`,
      );
    const left = this.memory.leftForChild();
    if (use.residentBytes > left)
      return new UnusableVideoError(
        `too costly: ${program} needs more than ${inMiB(left)} of the task's ${inMiB(this.memory.totalBytes)} of memory`,
        // What earlier jobs have left the worker with is no fault of this one's.
        { fromTry: this.memory.wouldFitBesideFresh(use.residentBytes) ? 2 : 1 },
      );
    return undefined;
  }
}
