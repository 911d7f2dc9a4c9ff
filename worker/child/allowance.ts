import { UnusableVideoError } from "../errors";
import { inMiB, TaskMemory } from "./taskMemory";

/**
 * CPU time for one video, of all its child processes together. The dearest honest video measured, the last frame of a
 * 10 s GOP of 4K at 60 frames a second in 10-bit HEVC, takes 14 s; six times that still fits, at a quarter of a vCPU,
 * into the time that a job has in all.
 */
const cpuSecondsForVideo = 90;

/**
 * What the child processes of one job may use. What they use is the video's own doing, however slowly it is read: so
 * the time that they wait does not count, and a video that wants more is put aside, not tried again.
 */
export class Allowance {
  private spentSeconds = 0;

  constructor(
    readonly memory = new TaskMemory(),
    private readonly cpuSeconds = cpuSecondsForVideo,
  ) {}

  get cpuSecondsLeft(): number {
    return Math.max(0, this.cpuSeconds - this.spentSeconds);
  }

  /** Counts what a child has used until its end. */
  spend(cpuSeconds: number): void {
    this.spentSeconds += cpuSeconds;
  }

  /** What is wrong with a running child that has used so much by now; undefined when nothing is. */
  exceeded(
    program: string,
    use: { readonly cpuSeconds: number; readonly residentBytes: number },
  ): UnusableVideoError | undefined {
    if (use.cpuSeconds > this.cpuSecondsLeft)
      return new UnusableVideoError(
        `too costly: it needs more than the ${this.cpuSeconds} s of CPU time that a video has (${program} had the last of them)`,
      );
    const left = this.memory.leftForChild();
    if (use.residentBytes > left)
      return new UnusableVideoError(
        `too costly: ${program} needs more than ${inMiB(left)} of the task's ${inMiB(this.memory.totalBytes)} of memory`,
      );
    return undefined;
  }
}
