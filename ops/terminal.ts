import { createInterface } from "node:readline/promises";
import { UsageError } from "./arguments";

/** Where a command's answers, its talk and its questions go. */
export interface Terminal {
  /** Writes a line of the answer, on stdout. What others have written in it is to be `shown`. */
  print(line: string): void;
  /** Writes a line of the answer as JSON. */
  printJson(value: unknown): void;
  /** Writes a line for the person only, on stderr. */
  say(line: string): void;
  /** Asks a question that is answered with yes or no. Throws {@link UsageError} when nobody is there to answer. */
  ask(question: string): Promise<boolean>;
  /** Shows how far something is; the returned functions move it on and take it away. */
  progress(total: number): { to(done: number): void; stop(): void };
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** Asks unless the command line has said yes beforehand; tells when the answer is no. */
export async function confirmed(terminal: Terminal, yes: boolean, question: string): Promise<boolean> {
  if (yes || (await terminal.ask(question))) return true;
  terminal.say("Nothing was changed.");
  return false;
}

/** Asks on a terminal. */
export async function askOnTerminal(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new UsageError(
      `${question}\nThere is no terminal to ask on; say --yes to do it without being asked.`,
    );
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    lines.close();
  }
}
