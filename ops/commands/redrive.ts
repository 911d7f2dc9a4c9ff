import { DeleteMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { shown } from "../../contract/shown";
import type { Arguments } from "../arguments";
import { opsCommand } from "../command";
import { counted } from "../words/counted";
import { jobsOfEvent } from "../queues/eventJobs";
import { bucketOfJob, jobAgain, readFailedJob } from "../queues/failedJob";
import { giveBack, inBatches, takeMessages, type ReceivedMessage } from "../queues/queueMessages";
import { sendJobs } from "../queues/sendJobs";
import { nameOfQueue, placeOf, type Stack } from "../stack";
import { confirmed, type Terminal } from "../terminal";

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

/** What was done; the line of `--json`. */
interface Result {
  sent: number;
  /** Keys that no failed job has. */
  missing: string[];
  problems: string[];
  needless: string[];
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
    const chosen = [...left].filter((message) => isChosen(args, message));
    const missing = args.keys.filter((key) => !chosen.some((message) => isOfKey(message, key)));
    for (const key of missing) terminal.say(`There is no failed job of ${shown(key)}.`);
    const { redrives, ...plan } = args.events ? await planEvents(stack, chosen) : planJobs(stack, chosen);
    if (!(await isWanted(stack, queueUrl, redrives, args, terminal))) return 1;
    const { sent, refused } = await send(stack, queueUrl, redrives, left, terminal.interrupted);
    const problems = [...plan.problems, ...refused];
    report({ sent, missing, problems, needless: plan.needless }, args, terminal);
    if (terminal.interrupted.aborted) return 130;
    return missing.length + problems.length > 0 ? 1 : 0;
  } finally {
    await giveBack(sqs, queueUrl, [...left]);
  }
}

function isChosen({ all, events, keys }: Arguments, message: ReceivedMessage): boolean {
  return all || events || keys.some((key) => isOfKey(message, key));
}

/** Also for a key as `failed` shows it. */
function isOfKey(message: ReceivedMessage, wanted: string): boolean {
  const { key } = readFailedJob(message, null);
  return key !== null && (key === wanted || shown(key) === wanted);
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

/** Whoever names keys has said what they want. */
async function isWanted(
  stack: Stack,
  queueUrl: string,
  redrives: Redrive[],
  args: Arguments,
  terminal: Terminal,
): Promise<boolean> {
  if (redrives.length === 0 || args.keys.length > 0) return true;
  const jobs = redrives.reduce((count, redrive) => count + redrive.jobs.length, 0);
  const what = args.events
    ? `the ${counted(jobs, "job")} of ${counted(redrives.length, "failed event")}`
    : counted(redrives.length, "failed job");
  const from = nameOfQueue(queueUrl);
  const to = nameOfQueue(stack.outputs.jobQueueUrl);
  return confirmed(terminal, args.yes, `Send ${what} from ${from} to ${to} (${placeOf(stack)})?`);
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

function report(result: Result, args: Arguments, terminal: Terminal): void {
  if (args.json) {
    terminal.printJson(result);
    return;
  }
  for (const reason of result.needless) terminal.say(`No job, and deleted: ${reason}.`);
  for (const problem of result.problems) terminal.say(`Not sent, and still among the failures: ${problem}`);
  const jobs = result.sent === 0 ? "No job" : counted(result.sent, "job");
  terminal.print(`${jobs} sent to the jobs queue.`);
  if (result.sent > 0) terminal.say(`A worker starts within a minute: ${opsCommand(args, "status")}`);
}
