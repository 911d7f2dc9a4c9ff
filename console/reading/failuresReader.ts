import { explainReason } from "../../contract/failureReasons";
import { readFailures } from "../../ops/queues/failures";
import type { FailedJob } from "../../ops/queues/failedJob";
import type { Stack } from "../../ops/stack";
import type { Failures, FailedVideo, Status } from "../messages";
import type { Context } from "../server/context";
import { loop, type Loop } from "./loop";
import { reading } from "./read";

/** SQS gives ten messages at once, and each is given back: so many looked at are worth a reading's usual wait. */
const worthOneWait = 100;

/**
 * Tells what failed. SQS lets nobody look without receiving, which hides what is looked at for a moment: so it is read when
 * a page opens, when the queues' counts have changed, and after something was sent again, and not by the clock; what could
 * not be read, or was hidden by somebody else who looked, is read again a while later.
 */
export function readFailed({ stack, live, info, stopping, atFailures }: Context): Loop {
  /** The count for which it is read. */
  let readFor: number | undefined;
  /** How many there were, and for which count; undefined when it could not be read. */
  let looked: { readFor: number | undefined; found: number } | undefined;
  let restUntilMs = 0;
  const failures = loop(async () => {
    if (!live.isWatched) return undefined;
    const countRead = readFor;
    readFor = undefined;
    restUntilMs = Infinity;
    const told = await reading(
      stack,
      atFailures(() => failuresOf(stack, stopping)),
    );
    if (stopping.aborted) return undefined;
    const found = "value" in told ? told.value.jobs.length + told.value.events.length : 0;
    looked = "value" in told ? { readFor: countRead, found } : undefined;
    restUntilMs = Date.now() + Math.max(1, found / worthOneWait) * info.busySeconds * 1000;
    live.tell({ name: "failures", data: told });
    return undefined;
  }, stopping);
  live.onWatched(() => {
    failures.now();
  });
  live.onTold(({ name, data }) => {
    const count = name === "status" ? countOf(data) : undefined;
    if (count === undefined || Date.now() < restUntilMs) return;
    if (looked?.found === count) looked.readFor = count;
    const isLonger = Date.now() >= restUntilMs + info.idleSeconds * 1000;
    const isKnown = looked?.readFor === count && (looked.found >= count || !isLonger);
    if (isKnown) return;
    readFor = count;
    failures.now();
  });
  return failures;
}

function countOf({ failedJobs, failedEvents }: Status): number | undefined {
  const known = "value" in failedJobs && "value" in failedEvents;
  return known ? failedJobs.value + failedEvents.value : undefined;
}

async function failuresOf(stack: Stack, stopping: AbortSignal): Promise<Failures> {
  const { jobs, events } = await readFailures(stack, stopping);
  return {
    jobs: jobs
      .map((job) => failedVideo(stack, likely(job)))
      .sort((a, b) => timeOf(b).localeCompare(timeOf(a))),
    events: events.map(({ function: name, error, attempts, failedAt, keys }) => ({
      ...{ function: short(name), error: short(error), attempts, failedAt },
      keys: keys.slice(0, longest.keys).map(short),
    })),
  };
}

/** Anybody may have put a message of a megabyte there, and thousands of them are not to fill a page. */
const longest = { text: 2000, keys: 100, key: 1024, time: 40 };

/** A job as far as it can be one: S3 has no longer keys, and ISO 8601 no longer times. */
function likely({ key, reason, failedAt, uploadedAt, attempts }: FailedJob): FailedJob {
  const unless = (text: string | null, most: number) => (text === null || text.length > most ? null : text);
  return {
    ...{ key: unless(key, longest.key), reason: short(reason), attempts },
    ...{ failedAt: unless(failedAt, longest.time), uploadedAt: unless(uploadedAt, longest.time) },
  };
}

function short(text: string): string {
  return text.length > longest.text ? `${text.slice(0, longest.text)}…` : text;
}

function failedVideo(stack: Stack, job: FailedJob): FailedVideo {
  const explained = explainReason(job.reason);
  return {
    ...job,
    means: explained?.means ?? null,
    whatToDo: explained?.whatToDo ?? null,
    logUrl: logUrl(stack, job),
  };
}

function timeOf({ failedAt, uploadedAt }: FailedVideo): string {
  return failedAt ?? uploadedAt ?? "";
}

const dayMs = 24 * 3600 * 1000;

/**
 * The workers' log of one video, of the day before it failed, in CloudWatch's console, whose addresses have their values
 * encoded twice with `$` in place of `%`.
 */
function logUrl({ isLocal, outputs }: Stack, { key, failedAt }: FailedJob): string | null {
  const group = outputs.logGroupNames?.workers;
  if (isLocal || group === undefined || key === null) return null;
  const twice = (text: string) => encodeURIComponent(encodeURIComponent(text)).replaceAll("%", "$");
  const failedMs = Date.parse(failedAt ?? "");
  const [start, end] = Number.isNaN(failedMs)
    ? [-dayMs, undefined]
    : [failedMs - dayMs, failedMs + dayMs / 24];
  const values = { filterPattern: `{ $.key = ${JSON.stringify(key)} }`, start, ...(end && { end }) };
  const query = Object.entries(values).map(([name, value]) => `${name}$3D${twice(String(value))}`);
  return (
    `https://${outputs.region}.console.aws.amazon.com/cloudwatch/home?region=${outputs.region}` +
    `#logsV2:log-groups/log-group/${twice(group)}/log-events$3F${query.join("$26")}`
  );
}
