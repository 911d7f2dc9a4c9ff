import { explainReason } from "../../contract/failureReasons";
import { readFailures } from "../../ops/queues/failures";
import type { FailedJob } from "../../ops/queues/failedJob";
import type { Stack } from "../../ops/stack";
import type { Failures, FailedVideo } from "../messages";
import type { Context } from "../server/context";
import { loop, type Loop } from "./loop";
import { reading } from "./read";

/**
 * Tells what failed. SQS lets nobody look without receiving, which hides what is looked at for a moment: so it is read when
 * a page opens, when the queues' counts have changed, and after something was sent again, and not by the clock.
 */
export function readFailed({ stack, live, stopping }: Context): Loop {
  let counts = "";
  const failures = loop(async () => {
    if (!live.isWatched) return undefined;
    const told = await reading(stack, failuresOf(stack, stopping));
    if (!stopping.aborted) live.tell({ name: "failures", data: told });
    return undefined;
  }, stopping);
  live.onWatched(() => {
    failures.now();
  });
  live.onTold(({ name, data }) => {
    if (name !== "status") return;
    const counted = [data.failedJobs, data.failedEvents].map((told) => ("value" in told ? told.value : -1));
    const isChanged = counts !== "" && counts !== counted.join();
    counts = counted.join();
    if (isChanged) failures.now();
  });
  return failures;
}

async function failuresOf(stack: Stack, stopping: AbortSignal): Promise<Failures> {
  const { jobs, events } = await readFailures(stack, stopping);
  return {
    jobs: jobs.map((job) => failedVideo(stack, job)).sort((a, b) => timeOf(b).localeCompare(timeOf(a))),
    events: events.map(({ function: name, error, attempts, failedAt, keys }) => ({
      ...{ function: name, error, attempts, failedAt, keys },
    })),
  };
}

function failedVideo(stack: Stack, job: FailedJob): FailedVideo {
  const explained = explainReason(job.reason);
  return {
    ...job,
    means: explained?.means ?? null,
    whatToDo: explained?.whatToDo ?? null,
    logUrl: job.key === null ? null : logUrl(stack, job.key),
  };
}

function timeOf({ failedAt, uploadedAt }: FailedVideo): string {
  return failedAt ?? uploadedAt ?? "";
}

/**
 * The workers' log of one video, of the last day, in CloudWatch's console, whose addresses have their values encoded twice
 * with `$` in place of `%`.
 */
function logUrl({ isLocal, outputs }: Stack, key: string): string | null {
  const group = outputs.logGroupNames?.workers;
  if (isLocal || group === undefined) return null;
  const twice = (text: string) => encodeURIComponent(encodeURIComponent(text)).replaceAll("%", "$");
  const pattern = `{ $.key = ${JSON.stringify(key)} }`;
  return (
    `https://${outputs.region}.console.aws.amazon.com/cloudwatch/home?region=${outputs.region}` +
    `#logsV2:log-groups/log-group/${twice(group)}/log-events$3FfilterPattern$3D${twice(pattern)}$26start$3D-86400000`
  );
}
