import { shown } from "../../contract/shown";
import type { Arguments } from "../arguments";
import { opsCommand } from "../command";
import type { Stack } from "../stack";
import type { Terminal } from "../terminal";
import { chooseFrame, ChoiceError, type Choice } from "../videos/chosenFrame";

/** Chooses the frame of a video's thumbnail, or takes that back. */
export async function choose(stack: Stack, args: Arguments, terminal: Terminal): Promise<number> {
  const [key = "", timestamp] = args.keys;
  try {
    report(await chooseFrame(stack, key, timestamp), args, terminal);
    return 0;
  } catch (error) {
    if (!(error instanceof ChoiceError)) throw error;
    terminal.say(error.message);
    return 1;
  }
}

function report(result: Choice, args: Arguments, terminal: Terminal): void {
  if (args.json) {
    terminal.printJson(result);
    return;
  }
  const { key, timestamp, changed } = result;
  if (!changed && timestamp === null) {
    terminal.print(`${shown(key)}: nobody has chosen a frame.`);
    return;
  }
  if (!changed) {
    terminal.print(`${shown(key)}: the frame at ${timestamp} is chosen already.`);
    terminal.say(
      `Its thumbnail is as it was; after a change of settings, make it anew: ` +
        opsCommand(args, "backfill", "--remake", `--prefix=${key}`),
    );
    return;
  }
  const choice =
    timestamp === null ? "the choice of a frame is taken back" : `the frame at ${timestamp} is chosen`;
  terminal.print(`${shown(key)}: ${choice}.`);
  terminal.say(`Its thumbnail is made anew within a minute: ${opsCommand(args, "status")}`);
}
