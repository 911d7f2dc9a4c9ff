import { stackWords } from "../ops/command";
import type { Arguments as StackArguments } from "../ops/arguments";
import { findStack, type Stack } from "../ops/stack";
import type { Setting } from "./messages";
import type { RunningConsole } from "./server/console";
import { RefusedError } from "./server/refusal";
import { readStackSettings } from "./settings/stackSettings";

/** A stack to be shown. */
export interface ShownStack {
  stack: Stack;
  /** The words that make a command of the operator's about it. */
  opsOptions: string;
  readSettings: () => Promise<Setting[]>;
  /** Does what is to be done once it is shown. */
  begin(running: RunningConsole): void;
  /** Ends what was started for it. */
  stop(): Promise<void>;
}

/** A stack that is there already. Throws UsageError when it cannot be found. */
export async function findShownStack(args: StackArguments): Promise<ShownStack> {
  const stack = await findStack(args, "The console");
  return {
    stack,
    opsOptions: stackWords(args),
    readSettings: () => readSettings(stack, args.stack),
    begin: () => undefined,
    stop() {
      stack.destroy();
      return Promise.resolve();
    },
  };
}

/** Only Pulumi knows what a stack is set to: neither do options tell it, nor does a local run in another terminal. */
function readSettings({ title }: Stack, name: string | undefined): Promise<Setting[]> {
  if (name !== undefined) return readStackSettings(name);
  const whatToDo = "Name a deployed stack with --stack, or start a local run with `npm run console` alone.";
  const message = `Nobody tells the console what the ${title === "local run" ? title : "stack of these options"} is set to.`;
  return Promise.reject(new RefusedError({ kind: "other", message, whatToDo }, 404));
}
