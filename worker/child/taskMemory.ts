import { totalmem } from "node:os";

/**
 * What is kept free besides what the worker and its child have in memory: page tables, socket buffers and a minimum of
 * page cache, which count in the container too, and what a child takes between two looks at it.
 */
const reserveBytes = 64 * 2 ** 20;

/** A worker is larger by up to so much after its first jobs, and stays so. */
const usualGrowthBytes = 64 * 2 ** 20;

/** A worker that has more than this part of the memory after a job leaves too little of it for the next one. */
const workersPart = 3 / 8;

/** The memory that the worker and its child share: the container's, or the machine's where it has no limit. */
export class TaskMemory {
  /**
   * @param taskMemoryMiB what the task has, where the worker's own system does not tell: a worker that is a process of
   * a developer's machine has the limits of the task that it stands for
   */
  constructor(
    taskMemoryMiB = Infinity,
    private readonly ownBytes: () => number = () => process.memoryUsage.rss(),
  ) {
    this.startBytes = ownBytes();
    this.totalBytes = Math.min(taskMemoryMiB * 2 ** 20, process.constrainedMemory() || Infinity, totalmem());
  }

  readonly totalBytes: number;
  /** What the worker itself had before its first job. */
  private readonly startBytes: number;
  private isTooUsed = false;

  /** What a child may have at this moment, in bytes: all but what the worker itself has, and the reserve. */
  leftForChild(): number {
    return Math.max(0, this.totalBytes - this.ownBytes() - reserveBytes);
  }

  /**
   * Whether earlier jobs have made the worker so much larger that a child of this size would have had room beside a fresh
   * one; if so, this one is to make place for it.
   */
  wouldFitBesideFresh(childBytes: number): boolean {
    const hasGrown = this.ownBytes() - this.startBytes > usualGrowthBytes;
    const fits = hasGrown && childBytes <= this.totalBytes - this.startBytes - reserveBytes;
    this.isTooUsed ||= fits;
    return fits;
  }

  /** Why the worker should end and let a fresh one do the next job; undefined when there is no such reason. */
  reasonToLeave(): string | undefined {
    const ownBytes = this.ownBytes();
    return this.isTooUsed || ownBytes > this.totalBytes * workersPart
      ? `it has ${inMiB(ownBytes)} of the task's ${inMiB(this.totalBytes)} of memory, too much for the next job`
      : undefined;
  }
}

export function inMiB(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
