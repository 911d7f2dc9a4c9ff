import type { Arguments } from "../arguments";
import { opsCommand } from "../command";
import { counted } from "../words/counted";
import type { FailedEvent } from "../queues/failedEvent";
import { explainReason, failedAtEveryTry } from "../../contract/failureReasons";
import { shown } from "../../contract/shown";
import type { FailedJob } from "../queues/failedJob";
import { readFailures } from "../queues/failures";
import type { Stack } from "../stack";
import type { Terminal } from "../terminal";

/** Lists what failed, and leaves it where it is. */
export async function failed(stack: Stack, args: Arguments, terminal: Terminal): Promise<number> {
  const { jobs, events } = await readFailures(stack, terminal.interrupted);
  if (terminal.interrupted.aborted) return 130;
  if (args.json) {
    for (const job of jobs) terminal.printJson({ type: "job", ...job });
    for (const event of events) terminal.printJson({ type: "event", ...event });
  } else {
    const lines = [...jobLines(jobs), ...eventLines(events), ...adviceLines(stack, args, jobs, events)];
    for (const line of lines) terminal.print(line);
  }
  return 0;
}

function jobLines(jobs: FailedJob[]): string[] {
  if (jobs.length === 0) return ["No failed job."];
  const time = ({ failedAt, uploadedAt }: FailedJob) =>
    failedAt ?? (uploadedAt === null ? "unknown" : `uploaded ${uploadedAt}`);
  return [
    `${counted(jobs.length, "failed job")}:`,
    ...jobs.flatMap((job) => [
      "",
      `  ${job.key === null ? "(a message that is no job)" : shown(job.key)}`,
      `    reason    ${shown(job.reason)}`,
      `    attempts  ${job.attempts ?? "unknown"}`,
      `    time      ${shown(time(job))}`,
      ...adviceOn(job.reason),
    ]),
    "",
  ];
}

/** What to do about a reason; nothing for one of another version of this program. */
function adviceOn(reason: string): string[] {
  const explained = explainReason(reason);
  return explained === undefined ? [] : [`    do        ${explained.whatToDo}`];
}

function eventLines(events: FailedEvent[]): string[] {
  if (events.length === 0) return ["No failed event."];
  return [
    `${counted(events.length, "failed event")}:`,
    ...events.flatMap((event) => [
      "",
      `  ${event.keys.map(shown).join(", ") || "(no object)"}`,
      `    function  ${shown(event.function)}`,
      `    error     ${shown(event.error)}`,
      `    attempts  ${event.attempts ?? "unknown"}`,
      `    time      ${shown(event.failedAt ?? "unknown")}`,
    ]),
  ];
}

/** What to do about them. */
function adviceLines(stack: Stack, args: Arguments, jobs: FailedJob[], events: FailedEvent[]): string[] {
  const advice = [
    ...(jobs.some(({ reason }) => reason === failedAtEveryTry) ? [whereToLook(stack)] : []),
    ...(jobs.length > 0 ? [`When the cause is mended: ${opsCommand(args, "redrive", "--all")}`] : []),
    ...(events.length > 0 ? [`When the cause is mended: ${opsCommand(args, "redrive", "--events")}`] : []),
  ];
  return advice.length > 0 ? ["", ...advice] : [];
}

function whereToLook({ isLocal, outputs }: Stack): string {
  if (isLocal) return "The workers' log is in the terminal of the local run.";
  const group = outputs.logGroupNames?.workers ?? "LOG-GROUP";
  return (
    `The workers' log: aws logs tail '${group}' --region ${outputs.region} --since 1d ` +
    `--filter-pattern '{ $.event = "job-left-for-retry" }'`
  );
}
