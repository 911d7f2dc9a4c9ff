import { readAlarms, readHistory } from "../../ops/history";
import { queueDepth } from "../../ops/queues/queueDepth";
import { countWorkers, youngDeaths } from "../../ops/workers";
import type { Reading, Status } from "../messages";
import type { Context } from "../server/context";
import { chartsOfSeries, OwnCharts } from "./chartsOf";
import { loop, type Loop } from "./loop";
import { reading } from "./read";

/** What CloudWatch tells, which changes by the minute and costs more than a queue's counts. */
interface Slow {
  alarms: Status["alarms"];
  charts: Status["charts"] | undefined;
  oldestJobSeconds: Status["oldestJobSeconds"];
}

const minuteMs = 60_000;
/** CloudWatch knows a queue's oldest message some minutes late; what is older than that tells nothing of now. */
const freshSeconds = 600;

/** Reads how the stack stands while a page is open, more often while something is under way; tells each reading. */
export function readStatus(context: Context): Loop {
  const { stack, live, info, stopping } = context;
  const own = new OwnCharts();
  const slow = eachMinute(() => readSlow(context));
  // Whose list is denied has been told of with the counts.
  const deaths = eachMinute(() => youngDeaths(stack.ecs, stack.outputs.clusterName).catch(() => []));
  let workersBefore = { running: 0, starting: 0 };
  let readMs = 0;
  const status = loop(async () => {
    if (!live.isWatched) return undefined;
    // Whoever uploads hundreds asks for hundreds of readings.
    const restSeconds = info.followSeconds - (Date.now() - readMs) / 1000;
    if (restSeconds > 0) return restSeconds;
    const fast = await readFast(context);
    readMs = Date.now();
    own.add(fast);
    const now = "value" in fast.workers ? fast.workers.value : workersBefore;
    // One that starts, or was there just now, may have died, and then the page is to say of what.
    const isDue =
      workersBefore.starting > 0 ||
      now.running + now.starting < workersBefore.running + workersBefore.starting;
    workersBefore = now;
    const [{ alarms, charts, oldestJobSeconds }, diedYoung] = await Promise.all([slow(), deaths({ isDue })]);
    const told: Status = {
      ...fast,
      workers: "value" in fast.workers ? { value: { ...fast.workers.value, diedYoung } } : fast.workers,
      alarms,
      oldestJobSeconds: hasNoJobs(fast) ? { value: null } : oldestJobSeconds,
      charts: charts ?? { value: own.charts() },
    };
    if (stopping.aborted) return undefined;
    live.tell({ name: "status", data: told });
    return isBusy(told) || context.isFollowing() ? info.busySeconds : info.idleSeconds;
  }, stopping);
  live.onWatched(() => {
    status.now();
  });
  return status;
}

type Fast = Pick<Status, "readAt" | "jobs" | "failedJobs" | "failedEvents" | "workers">;

async function readFast({ stack }: Context): Promise<Fast> {
  const { outputs, sqs, ecs } = stack;
  const all = (queueUrl: string) => queueDepth(sqs, queueUrl).then(({ waiting, inHand }) => waiting + inHand);
  const [jobs, failedJobs, failedEvents, workers] = await Promise.all([
    reading(stack, queueDepth(sqs, outputs.jobQueueUrl)),
    reading(stack, all(outputs.failedJobsQueueUrl)),
    reading(stack, all(outputs.failedEventsQueueUrl)),
    reading(
      stack,
      countWorkers(ecs, outputs.clusterName).then((counts) => ({ ...counts, diedYoung: [] })),
    ),
  ]);
  return { readAt: new Date().toISOString(), jobs, failedJobs, failedEvents, workers };
}

async function readSlow({ stack }: Context): Promise<Slow> {
  const [alarms, history] = await Promise.all([
    reading(stack, readAlarms(stack)),
    reading(stack, readHistory(stack)),
  ]);
  if (stack.cloudWatch === undefined) return { alarms, charts: undefined, oldestJobSeconds: { value: null } };
  if ("problem" in history) return { alarms, charts: history, oldestJobSeconds: history };
  const [atSeconds, oldest] = history.value.find(({ id }) => id === "oldest")?.points.at(-1) ?? [0, 0];
  const isFresh = Date.now() / 1000 - atSeconds < freshSeconds;
  return {
    alarms,
    charts: { value: chartsOfSeries(history.value) },
    oldestJobSeconds: { value: isFresh ? oldest : null },
  };
}

/** Asks again only after a minute, or where it is due for another reason. */
function eachMinute<T>(ask: () => Promise<T>): (asked?: { isDue: boolean }) => Promise<T> {
  let answer: Promise<T> | undefined;
  let atMs = 0;
  return ({ isDue } = { isDue: false }) => {
    if (answer === undefined || isDue || Date.now() - atMs >= minuteMs) {
      answer = ask();
      atMs = Date.now();
    }
    return answer;
  };
}

function hasNoJobs({ jobs }: Fast): boolean {
  return "value" in jobs && jobs.value.waiting + jobs.value.inHand === 0;
}

function isBusy({ jobs, workers }: Status): boolean {
  const is = <T>(told: Reading<T>, judge: (value: T) => boolean) => "value" in told && judge(told.value);
  return (
    is(jobs, ({ waiting, inHand }) => waiting + inHand > 0) || is(workers, ({ starting }) => starting > 0)
  );
}
