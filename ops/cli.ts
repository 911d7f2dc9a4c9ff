import cliProgress from "cli-progress";
import { shown, shownJson, shownLine } from "../contract/shown";
import { readArguments, usage, UsageError, type Arguments, type Verb } from "./arguments";
import { backfill } from "./commands/backfill";
import { choose } from "./commands/choose";
import { connectS3, enableEvents } from "./commands/enableEvents";
import { failed } from "./commands/failed";
import { interruptSignal } from "./interrupt";
import { redrive } from "./commands/redrive";
import { findStack, type Stack } from "./stack";
import { status } from "./commands/status";
import { askOnTerminal, type Terminal } from "./terminal";

/** Does what a verb says; gives the exit code. */
type Command = (stack: Stack, args: Arguments, terminal: Terminal) => Promise<number>;

const commands: Record<Exclude<Verb, "enable-events">, Command> = {
  status,
  failed,
  redrive,
  backfill,
  choose,
};

async function main(): Promise<number> {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const args = readArguments(process.argv.slice(2));
  if (args === "help") {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const interrupted = interruptSignal(new Error("interrupted"));
  try {
    return await run(args, createTerminal(interrupted));
  } catch (error) {
    if (interrupted.aborted) return 130;
    throw error;
  }
}

async function run(args: Arguments, terminal: Terminal): Promise<number> {
  const { verb } = args;
  if (verb === "enable-events") {
    const s3 = await connectS3(args);
    return enableEvents(s3, args, terminal).finally(() => {
      s3.destroy();
    });
  }
  const stack = await findStack(args);
  return commands[verb](stack, args, terminal).finally(() => {
    stack.destroy();
  });
}

function createTerminal(interrupted: AbortSignal): Terminal {
  return {
    print: (line) => process.stdout.write(`${shownLine(line)}\n`),
    printJson: (value) => process.stdout.write(`${shownJson(value)}\n`),
    say: (line) => process.stderr.write(`${shownLine(line)}\n`),
    ask: (question) => askOnTerminal(shownLine(question), interrupted),
    progress(total) {
      const bar = new cliProgress.SingleBar(
        {
          format: "{bar} {value} of {total}, {duration_formatted} so far, about {eta_formatted} to go",
          stream: process.stderr,
          noTTYOutput: true,
          notTTYSchedule: 10_000,
        },
        cliProgress.Presets.shades_classic,
      );
      bar.start(total, 0);
      return {
        to(done) {
          bar.update(done);
        },
        stop() {
          bar.stop();
        },
      };
    },
    interrupted,
  };
}

function exitCode(error: unknown): number {
  if (error instanceof UsageError) {
    // Pulumi's own words are several lines.
    process.stderr.write(`${error.message.split("\n").map(shownLine).join("\n")}\n`);
    return 2;
  }
  const { name = "Error", message = String(error) } = error instanceof Error ? error : {};
  process.stderr.write(`${shown(`${name}: ${message}`)}\n`);
  return 1;
}

main()
  .catch(exitCode)
  .then(
    (code) => (process.exitCode = code),
    () => undefined,
  );
