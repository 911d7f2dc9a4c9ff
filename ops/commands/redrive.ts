import { shown } from "../../contract/shown";
import type { Arguments } from "../arguments";
import { opsCommand } from "../command";
import { queueOf, redriveFailures, type Extent, type Redriven, type Selection } from "../queues/redriving";
import { nameOfQueue, placeOf, type Stack } from "../stack";
import { confirmed, type Terminal } from "../terminal";
import { counted } from "../words/counted";

/** Sends failures back to the jobs queue; asks first, unless the command line names what it is about. */
export async function redrive(stack: Stack, args: Arguments, terminal: Terminal): Promise<number> {
  const selection = args.events ? "events" : args.all ? "all" : { keys: args.keys };
  const { interrupted } = terminal;
  const redriven = await redriveFailures(stack, selection, interrupted, async (extent, missing) => {
    for (const key of missing) terminal.say(`There is no failed job of ${shown(key)}.`);
    // Whoever names keys has said what they want.
    if (extent.failures === 0 || typeof selection !== "string") return true;
    return confirmed(terminal, args.yes, question(stack, selection, extent));
  });
  if (redriven === undefined) return 1;
  report(redriven, args, terminal);
  if (interrupted.aborted) return 130;
  return redriven.missing.length + redriven.problems.length > 0 ? 1 : 0;
}

function question(stack: Stack, selection: Selection, { failures, jobs }: Extent): string {
  const what =
    selection === "events"
      ? `the ${counted(jobs, "job")} of ${counted(failures, "failed event")}`
      : counted(failures, "failed job");
  const from = nameOfQueue(queueOf(stack, selection));
  const to = nameOfQueue(stack.outputs.jobQueueUrl);
  return `Send ${what} from ${from} to ${to} (${placeOf(stack)})?`;
}

function report(result: Redriven, args: Arguments, terminal: Terminal): void {
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
