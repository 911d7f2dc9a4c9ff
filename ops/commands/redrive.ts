import { DeleteMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Arguments } from "../arguments";
import { opsCommand } from "../command";
import { counted } from "../counted";
import { jobsOfEvent } from "../queues/eventJobs";
import { jobAgain, readFailedJob } from "../queues/failedJob";
import { giveBack, inBatches, takeMessages, type ReceivedMessage } from "../queues/queueMessages";
import { sendJobs } from "../queues/sendJobs";
import type { Stack } from "../stack";
import { confirmed, type Terminal } from "../terminal";

/** A message of a queue of failures, and the jobs that it is to become. */
interface Redrive {
  message: ReceivedMessage;
  jobs: (object | string)[];
}

/**
 * Sends failed jobs, or the jobs of failed events, to the jobs queue. Each is sent first and deleted then, so that an
 * interruption loses none; at worst a job is done twice, which harms nothing.
 */
export async function redrive(stack: Stack, args: Arguments, terminal: Terminal): Promise<number> {
  const { sqs, outputs } = stack;
  const queueUrl = args.events ? outputs.failedEventsQueueUrl : outputs.failedJobsQueueUrl;
  const left = new Set(await takeMessages(sqs, queueUrl, terminal.interrupted));
  try {
    const { redrives, unreadable } = args.events
      ? await ofEvents(stack, left)
      : { redrives: ofJobs(args, left), unreadable: [] };
    const missing = args.keys.filter((key) => !redrives.some(({ message }) => keyOf(message) === key));
    for (const key of missing) terminal.say(`There is no failed job of ${key}.`);
    if (!(await isWanted(redrives, args, terminal))) return 1;
    const { sent, refused } = await send(stack, queueUrl, redrives, left, terminal.interrupted);
    const problems = [...unreadable, ...refused];
    report({ sent, missing, problems }, args, terminal);
    if (terminal.interrupted.aborted) return 130;
    return missing.length + problems.length > 0 ? 1 : 0;
  } finally {
    await giveBack(sqs, queueUrl, [...left]);
  }
}

function keyOf(message: ReceivedMessage): string | null {
  return readFailedJob(message, null).key;
}

function ofJobs({ all, keys }: Arguments, messages: Iterable<ReceivedMessage>): Redrive[] {
  const now = new Date();
  return [...messages]
    .filter((message) => all || keys.includes(keyOf(message) ?? ""))
    .map((message) => ({ message, jobs: [jobAgain(message, now)] }));
}

/** An event that no job can be made of keeps none of the others from being redriven. */
async function ofEvents(
  stack: Stack,
  messages: Iterable<ReceivedMessage>,
): Promise<{ redrives: Redrive[]; unreadable: string[] }> {
  const redrives: Redrive[] = [];
  const unreadable: string[] = [];
  await Promise.all(
    [...messages].map(async (message) => {
      try {
        redrives.push({ message, jobs: await jobsOfEvent(stack, message) });
      } catch (error) {
        unreadable.push(error instanceof Error ? error.message : String(error));
      }
    }),
  );
  return { redrives, unreadable };
}

/** Whoever names keys has said what they want. */
async function isWanted(redrives: Redrive[], args: Arguments, terminal: Terminal): Promise<boolean> {
  if (redrives.length === 0 || args.keys.length > 0) return true;
  const jobs = redrives.reduce((count, redrive) => count + redrive.jobs.length, 0);
  const what = args.events
    ? `Send the ${counted(jobs, "job")} of ${counted(redrives.length, "failed event")} to the jobs queue?`
    : `Send ${counted(redrives.length, "failed job")} back to the jobs queue?`;
  return confirmed(terminal, args.yes, what);
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
        refused.push(problem);
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

function report(
  result: { sent: number; missing: string[]; problems: string[] },
  args: Arguments,
  terminal: Terminal,
): void {
  if (args.json) {
    terminal.print(JSON.stringify(result));
    return;
  }
  for (const problem of result.problems) terminal.say(`Not sent, and still among the failures: ${problem}`);
  const jobs = result.sent === 0 ? "No job" : counted(result.sent, "job");
  terminal.print(`${jobs} sent to the jobs queue.`);
  if (result.sent > 0) terminal.say(`A worker starts within a minute: ${opsCommand(args, "status")}`);
}
