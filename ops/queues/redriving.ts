import { DeleteMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { shown } from "../../contract/shown";
import type { Stack } from "../stack";
import { jobsOfEvent } from "./eventJobs";
import { bucketOfJob, jobAgain, readFailedJob } from "./failedJob";
import { giveBack, inBatches, takeMessages, type ReceivedMessage } from "./queueMessages";
import { sendJobs } from "./sendJobs";

/** What is sent again: the failed jobs of these videos, those of all, or the jobs of all failed events. */
export type Selection = { readonly keys: readonly string[] } | "all" | "events";

/** A message of a queue of failures, and the jobs that it is to become. */
interface Redrive {
  message: ReceivedMessage;
  jobs: (object | string)[];
}

/** What is to be sent, and what is not: why not, each in a sentence. */
interface Plan {
  redrives: Redrive[];
  /** Left where it is. */
  problems: string[];
  /** Deleted without a job. */
  needless: string[];
}

/** What was done. */
export interface Redriven {
  sent: number;
  /** Keys that no failed job has. */
  missing: string[];
  problems: string[];
  needless: string[];
}

/** How many failures would be sent, as how many jobs. */
export interface Extent {
  failures: number;
  jobs: number;
}

/** The queue that the failures of a selection are in. */
export function queueOf({ outputs }: Stack, selection: Selection): string {
  return selection === "events" ? outputs.failedEventsQueueUrl : outputs.failedJobsQueueUrl;
}

/**
 * Sends failed jobs, or the jobs of failed events, to the jobs queue, if they are `wanted` once it is known how many there
 * are. Each is sent first and deleted then, so that an interruption loses none; at worst a job is done twice, which harms
 * nothing.
 * @returns undefined when it is not wanted
 */
export async function redriveFailures(
  stack: Stack,
  selection: Selection,
  interrupted: AbortSignal,
  wanted: (extent: Extent, missing: string[]) => Promise<boolean>,
): Promise<Redriven | undefined> {
  const { sqs } = stack;
  const queueUrl = queueOf(stack, selection);
  const left = new Set(await takeMessages(sqs, queueUrl, interrupted));
  try {
    const wantedKeys = new Set(keysOf(selection));
    const chosen = [...left].filter(
      (message) => typeof selection === "string" || namesOf(message).some((name) => wantedKeys.has(name)),
    );
    const found = new Set(chosen.flatMap(namesOf));
    const missing = [...wantedKeys].filter((key) => !found.has(key));
    const { redrives, ...plan } =
      selection === "events" ? await planEvents(stack, chosen) : planJobs(stack, chosen);
    const jobs = redrives.reduce((count, redrive) => count + redrive.jobs.length, 0);
    if (!(await wanted({ failures: redrives.length, jobs }, missing))) return undefined;
    const { sent, refused } = await send(stack, queueUrl, redrives, left, interrupted);
    return { sent, missing, problems: [...plan.problems, ...refused], needless: plan.needless };
  } finally {
    await giveBack(sqs, queueUrl, [...left]);
  }
}

function keysOf(selection: Selection): readonly string[] {
  return typeof selection === "string" ? [] : selection.keys;
}

/** What a failed job may be asked for by: its key, also as `failed` shows it. */
function namesOf(message: ReceivedMessage): string[] {
  const { key } = readFailedJob(message, null);
  return key === null ? [] : [key, shown(key)];
}

/** A job of another bucket is another stack's: this one's workers may not read it. */
function planJobs({ outputs }: Stack, messages: ReceivedMessage[]): Plan {
  const plan: Plan = { redrives: [], problems: [], needless: [] };
  const now = new Date();
  for (const message of messages) {
    const job = jobAgain(message, now);
    const bucket = bucketOfJob(job);
    if (bucket === null || bucket === outputs.bucketName) plan.redrives.push({ message, jobs: [job] });
    else {
      const { key } = readFailedJob(message, null);
      plan.problems.push(
        `${shown(key ?? "a message")} is of bucket ${shown(bucket)}, not ${outputs.bucketName}`,
      );
    }
  }
  return plan;
}

/** An event that no job can be made of keeps none of the others from being redriven. */
async function planEvents(stack: Stack, messages: ReceivedMessage[]): Promise<Plan> {
  const plan: Plan = { redrives: [], problems: [], needless: [] };
  await Promise.all(
    messages.map(async (message) => {
      try {
        const { jobs, needless } = await jobsOfEvent(stack, message);
        plan.redrives.push({ message, jobs });
        plan.needless.push(...needless);
      } catch (error) {
        plan.problems.push(shown(error instanceof Error ? error.message : String(error)));
      }
    }),
  );
  return plan;
}

/** Sends what is asked for, ten at a time; what was sent and deleted is taken out of `left`. */
async function send(
  { sqs, outputs }: Stack,
  queueUrl: string,
  redrives: Redrive[],
  left: Set<ReceivedMessage>,
  interrupted: AbortSignal,
): Promise<{ sent: number; refused: string[] }> {
  let sent = 0;
  const refused: string[] = [];
  for (const batch of inBatches(redrives)) {
    if (interrupted.aborted) break;
    const done: ReceivedMessage[] = [];
    const jobs = batch.flatMap((redrive) => redrive.jobs.map((job) => ({ job, redrive })));
    const notSent = new Set<Redrive>();
    for (const some of inBatches(jobs)) {
      const failures = await sendJobs(
        sqs,
        outputs.jobQueueUrl,
        some.map(({ job }) => job),
      );
      for (const [index, problem] of failures) {
        refused.push(shown(problem));
        const { redrive } = some[index] ?? {};
        if (redrive !== undefined) notSent.add(redrive);
      }
      sent += some.length - failures.size;
    }
    for (const redrive of batch) if (!notSent.has(redrive)) done.push(redrive.message);
    await deleteMessages(sqs, queueUrl, done);
    for (const message of done) left.delete(message);
  }
  return { sent, refused };
}

/** A message that cannot be deleted is seen again, and its job then done twice. */
async function deleteMessages(sqs: SQSClient, queueUrl: string, messages: ReceivedMessage[]): Promise<void> {
  if (messages.length === 0) return;
  await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    }),
  );
}
