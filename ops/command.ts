import type { Arguments } from "./arguments";

/** A command of these tools for the stack that `args` mean, to be pasted into a shell. */
export function opsCommand(args: Arguments, ...words: string[]): string {
  const stack = args.stack === undefined ? [] : ["--stack", args.stack];
  const local = args.local ? ["--local"] : [];
  const out = args.local && args.outDirectory !== "out" ? ["--out", args.outDirectory] : [];
  const outputs = Object.entries(args.outputOptions).flat();
  return ["npm run ops --", ...[...words, ...stack, ...local, ...out, ...outputs].map(quoted)].join(" ");
}

/** A word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
