import { stackWords } from "../ops/command";
import type { Arguments as StackArguments } from "../ops/arguments";
import { findStack, type Stack } from "../ops/stack";
import type { Setting } from "./messages";
import type { RunningConsole } from "./server/console";

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
    readSettings: () => Promise.resolve([]),
    begin: () => undefined,
    stop() {
      stack.destroy();
      return Promise.resolve();
    },
  };
}
