import { format } from "node:util";
import { shown } from "../contract/shown";
import { UsageError as LocalUsageError } from "../local/cli/arguments";
import { ProgramError } from "../local/program/program";
import { UsageError } from "../ops/arguments";
import { interruptSignal } from "../ops/interrupt";
import { readArguments, usage } from "./arguments";
import { runConsole, type Voice } from "./run";

class Interrupted extends Error {}

async function main(): Promise<number> {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const args = readArguments(process.argv.slice(2));
  if (args === "help") {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const interrupted = interruptSignal(new Interrupted());
  // Of a terminal that was closed: what is up is to be ended all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const voice: Voice = {
    print: (line) => process.stdout.write(`${line}\n`),
    say: (line) => process.stderr.write(`${line}\n`),
  };
  return runConsole(args, voice, interrupted);
}

function exitCode(error: unknown): number {
  if (error instanceof Interrupted) return 130;
  const say = (text: string) => process.stderr.write(`${text.split("\n").map(shown).join("\n")}\n`);
  if (error instanceof UsageError || error instanceof LocalUsageError) {
    say(error.message);
    return 2;
  }
  if (error instanceof ProgramError) {
    say(error.message);
    if (error.isConfiguration) say("In a local run of the console's own: `--config KEY=VALUE`.");
    return error.isConfiguration ? 2 : 1;
  }
  say(format(error));
  return 1;
}

main()
  .catch(exitCode)
  .then(
    (code) => (process.exitCode = code),
    () => undefined,
  );
