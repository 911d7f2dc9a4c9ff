/** `npm run simulate`: what bursts and steady uploads cost, and how long they wait, as the table of docs/costs.md. */
import { readOptions } from "../scripts/options";
import { simulate, type Outcome } from "./simulate";

/** us-east-1, Linux/x86, per second. https://aws.amazon.com/fargate/pricing/ */
const vcpuPrice = 0.04048 / 3600;
const memoryGbPrice = 0.004445 / 3600;

const usage = `Usage: npm run simulate -- [--cpu-seconds S] [--seed N] [--jobs-per-worker N] [--idle-seconds S] [--hours H]

  --cpu-seconds S       what one thumbnail takes of a CPU (default 0.29: a 720p video, measured)
  --hours H             how long the steady uploads go on (default 24)`;

const values = readOptions(usage, {
  "cpu-seconds": { type: "string", default: "0.29" },
  seed: { type: "string", default: "1" },
  "jobs-per-worker": { type: "string", default: "20" },
  "idle-seconds": { type: "string", default: "30" },
  hours: { type: "string", default: "24" },
});

interface Row {
  uploads: string;
  maxWorkers: number;
  vcpus: number;
  memoryGb: number;
  atSeconds: () => Iterable<number>;
}

const small = { vcpus: 0.25, memoryGb: 0.5 };
const hours = Number(values.hours);
const rows: Row[] = [
  { uploads: "1 upload", maxWorkers: 10, ...small, atSeconds: () => [0] },
  { uploads: "1,000 in a second", maxWorkers: 10, ...small, atSeconds: () => burst(1000) },
  { uploads: "1,000 in a second", maxWorkers: 50, ...small, atSeconds: () => burst(1000) },
  { uploads: "100,000 in a minute", maxWorkers: 10, ...small, atSeconds: () => burst(100_000, 60) },
  { uploads: "100,000 in a minute", maxWorkers: 100, ...small, atSeconds: () => burst(100_000, 60) },
  { uploads: "100,000 in a minute", maxWorkers: 200, ...small, atSeconds: () => burst(100_000, 60) },
  { uploads: `50/s for ${hours} h`, maxWorkers: 120, ...small, atSeconds: () => steady(50, hours) },
  {
    uploads: `50/s for ${hours} h`,
    maxWorkers: 30,
    vcpus: 1,
    memoryGb: 2,
    atSeconds: () => steady(50, hours),
  },
];

function* burst(count: number, seconds = 1): Iterable<number> {
  for (let index = 0; index < count; index += 1) yield (index / count) * seconds;
}

function* steady(perSecond: number, forHours: number): Iterable<number> {
  for (let index = 0; index < perSecond * forHours * 3600; index += 1) yield index / perSecond;
}

async function main(): Promise<void> {
  const cpuSeconds = Number(values["cpu-seconds"]);
  console.log(`${cpuSeconds} CPU seconds for a thumbnail, seed ${values.seed}\n`);
  console.log(
    "| Uploads | `maxWorkers` | vCPU | Tasks (at once) | RunTask calls | Task minutes | Oldest wait | Fargate | per 1,000 |",
  );
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const row of rows) {
    const outcome = await simulate(
      {
        maxWorkers: row.maxWorkers,
        jobsPerWorker: Number(values["jobs-per-worker"]),
        workerIdleSeconds: Number(values["idle-seconds"]),
        secondsPerJob: cpuSeconds / row.vcpus,
        uploadsAtSeconds: row.atSeconds,
      },
      Number(values.seed),
    );
    console.log(tableRow(row, outcome));
  }
}

function tableRow(row: Row, outcome: Outcome): string {
  const price = outcome.taskMinutes * 60 * (row.vcpus * vcpuPrice + row.memoryGb * memoryGbPrice);
  const cells = [
    row.uploads,
    row.maxWorkers,
    row.vcpus,
    `${outcome.tasks} (${outcome.peakTasks})`,
    outcome.runTaskCalls,
    outcome.taskMinutes.toFixed(outcome.taskMinutes < 10 ? 1 : 0),
    duration(outcome.oldestWaitSeconds),
    `$${price.toFixed(price < 1 ? 4 : 2)}`,
    `$${((price / outcome.thumbnails) * 1000).toFixed(4)}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  if (seconds < 7200) return `${(seconds / 60).toFixed(0)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
