/**
 * The memory sizes, in MiB, that Fargate offers for each number of CPU units (Linux).
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
export const fargateMemoryMiB: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, range(1024, 4096, 1024)],
  [1024, range(2048, 8192, 1024)],
  [2048, range(4096, 16384, 1024)],
  [4096, range(8192, 30720, 1024)],
  [8192, range(16384, 61440, 4096)],
  [16384, range(32768, 122880, 8192)],
]);

function range(first: number, last: number, step: number): number[] {
  return Array.from({ length: (last - first) / step + 1 }, (_, index) => first + index * step);
}

/**
 * Why Fargate has no task of this size, or undefined when it has.
 * @param cpuUnits 1024 are one vCPU
 */
export function fargateSizeProblem(cpuUnits: number, memoryMiB: number): string | undefined {
  const memories = fargateMemoryMiB.get(cpuUnits);
  if (memories === undefined) {
    return `taskCpu ${cpuUnits} is not a Fargate size; allowed: ${[...fargateMemoryMiB.keys()].join(", ")}`;
  }
  if (!memories.includes(memoryMiB)) {
    return `taskMemory ${memoryMiB} is not possible with taskCpu ${cpuUnits}; allowed with it: ${memories.join(", ")}`;
  }
  return undefined;
}
