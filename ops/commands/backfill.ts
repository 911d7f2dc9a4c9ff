import type { Job } from "../../contract/job";
import { shown } from "../../contract/shown";
import { UsageError, type Arguments } from "../arguments";
import { opsCommand } from "../command";
import { counted } from "../words/counted";
import { estimate, estimateText, usualRate, type Estimate } from "../estimate";
import { Pace } from "../pace";
import { batchSize } from "../queues/queueMessages";
import { sendJobs } from "../queues/sendJobs";
import { nameOfQueue, outputPrefixesOf, placeOf, type Stack } from "../stack";
import { confirmed, type Terminal } from "../terminal";
import { prefixesWithin, videosToMake } from "../videos/videosToMake";

/** What a backfill has done, and how to go on with it. */
interface Result {
  found: number;
  queued: number;
  /** Videos to be queued that were left out: they can not be read before somebody restores them. */
  archived: number;
  /** The command that does the rest; null when everything was done. */
  resume: string | null;
}

/** What it was asked to do, of the stack at hand. */
interface Plan {
  args: Arguments;
  /** Jobs per second. */
  rate: number;
}

/** Queues the videos that have no thumbnail, or not all outputs that the settings ask for; or lists them. */
export async function backfill(stack: Stack, args: Arguments, terminal: Terminal): Promise<number> {
  requirePrefix(stack, args.prefix);
  const { extrasAskedFor } = stack.outputs;
  const plan = { args, rate: args.rate ?? usualRate(extrasAskedFor) };
  const { found, archived } = await look(stack, args, terminal);
  if (terminal.interrupted.aborted) return 130;
  const expected = estimate(found, extrasAskedFor, plan.rate);
  if (args.dryRun || found === 0) {
    if (args.json && args.dryRun) terminal.printJson({ found, archived, ...expected });
    report(stack, { found, queued: 0, archived, resume: null }, args, terminal);
    if (found > 0 && !args.json) terminal.say(expectation(plan, expected));
    return 0;
  }
  const videos = `${counted(found, "video")} of the bucket ${stack.outputs.bucketName}`;
  const queueName = nameOfQueue(stack.outputs.jobQueueUrl);
  const question = `Queue ${videos} in ${queueName} (${placeOf(stack)}), ${plan.rate} a second (${estimateText(expected)})?`;
  if (!(await confirmed(terminal, args.yes, question))) return 1;
  const result = { archived, ...(await queue(stack, plan, terminal, found)) };
  report(stack, result, args, terminal);
  return result.resume === null ? 0 : 130;
}

/** Throws UsageError for a prefix under which no key is a video's. */
function requirePrefix({ outputs }: Stack, prefix: string): void {
  const outputPrefix = outputPrefixesOf(outputs).find((one) => prefix.startsWith(one));
  if (outputPrefix !== undefined)
    throw new UsageError(`Under ${outputPrefix} is what is made of videos; nothing there is taken for one.`);
  if (prefixesWithin(outputs.videoPrefixes, prefix).length === 0)
    throw new UsageError(
      `Nothing under ${shown(prefix)} is a video: the stack takes those for videos that are under ` +
        `${outputs.videoPrefixes.join(" or ")}.`,
    );
}

/** What queueing them would take, and where that comes from. */
function expectation({ rate }: Plan, expected: Estimate): string {
  return (
    `To queue them takes ${estimateText(expected)} with ten workers of the smallest size at ${rate} a second: from small ` +
    `videos to large ones, computed (docs/operating.md, backfill).`
  );
}

/** Counts the videos, and apart from them those that can not be read; a dry run names them. */
async function look(
  stack: Stack,
  args: Arguments,
  terminal: Terminal,
): Promise<Pick<Result, "found" | "archived">> {
  let found = 0;
  let archived = 0;
  for await (const { job, isArchived, lacks } of videosToMake(stack, args)) {
    if (terminal.interrupted.aborted) break;
    if (isArchived) {
      archived += 1;
      continue;
    }
    found += 1;
    const { key, size, uploadedAt } = job;
    if (!args.dryRun) continue;
    if (args.json) terminal.printJson({ key, size, uploadedAt, lacks });
    else terminal.print(`  ${shown(key)}`);
  }
  return { found, archived };
}

/** Sends the jobs at the rate asked for; whatever ends it early, how to go on is told. */
async function queue(
  stack: Stack,
  plan: Plan,
  terminal: Terminal,
  found: number,
): Promise<Omit<Result, "archived">> {
  const { interrupted } = terminal;
  const { args, rate } = plan;
  const pace = new Pace(rate, interrupted);
  const bar = terminal.progress(found);
  let queued = 0;
  let lastKey = args.startAfter;
  let batch: Job[] = [];
  const flush = async () => {
    await pace.wait(queued);
    if (interrupted.aborted || batch.length === 0) return;
    const requestedAt = new Date().toISOString();
    const failures = await sendJobs(
      stack.sqs,
      stack.outputs.jobQueueUrl,
      batch.map((job) => ({ ...job, requestedAt })),
    );
    // Those that were taken come again in the next run; the same job twice harms nothing.
    if (failures.size > 0)
      throw new Error(`SQS has not taken every job: ${[...failures.values()].join(", ")}`);
    queued += batch.length;
    lastKey = batch.at(-1)?.key;
    batch = [];
    bar.to(queued);
  };
  try {
    for await (const { job, isArchived } of videosToMake(stack, args)) {
      if (isArchived) continue;
      batch.push(job);
      if (batch.length >= Math.min(batchSize, Math.ceil(rate))) await flush();
      if (interrupted.aborted) break;
    }
    await flush();
  } catch (error) {
    bar.stop();
    terminal.say(`To go on: ${resumeCommand(plan, lastKey)}`);
    throw error;
  }
  bar.stop();
  return { found, queued, resume: interrupted.aborted ? resumeCommand(plan, lastKey) : null };
}

/** With `=`, so that a key that begins with a hyphen is no option. */
function resumeCommand({ args, rate }: Plan, lastKey: string | undefined): string {
  const { prefix, remake } = args;
  const words = [
    "backfill",
    ...(prefix === "" ? [] : [`--prefix=${prefix}`]),
    ...(remake ? ["--remake"] : []),
  ];
  const rest = lastKey === undefined ? [] : [`--start-after=${lastKey}`];
  return opsCommand(args, ...words, "--rate", String(rate), ...rest);
}

function report({ outputs }: Stack, result: Result, args: Arguments, terminal: Terminal): void {
  const { found, queued, archived, resume } = result;
  if (args.json) {
    if (!args.dryRun) terminal.printJson(result);
    return;
  }
  if (archived > 0) {
    const restored = archived === 1 ? "it is" : "they are";
    terminal.say(
      `${counted(archived, "archived video")} left out: S3 gives none before ${restored} restored.`,
    );
  }
  const videos = counted(found, "video");
  const without = args.remake
    ? ""
    : ` without a thumbnail newer than itself${outputs.extrasAskedFor === "" ? "" : ", or not with all outputs that the settings ask for"}`;
  if (args.dryRun || found === 0) {
    terminal.say(found === 0 ? `No video${without}.` : `${videos}${without}; nothing was queued.`);
    return;
  }
  terminal.print(`${queued} of ${videos} queued.`);
  if (resume !== null) terminal.print(`To go on: ${resume}`);
  terminal.say(`A worker starts within a minute: ${opsCommand(args, "status")}`);
}
