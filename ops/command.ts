import { replaceUnsafe, shown } from "../contract/shown";
import { isFlag, type Arguments } from "./arguments";

/** A command of these tools for the stack that `args` mean, to be pasted into a shell. */
export function opsCommand(args: Arguments, ...words: string[]): string {
  return ["npm run ops --", ...words.map(quoted), stackWords(args)].filter((word) => word !== "").join(" ");
}

/** The words of a command that say which stack `args` mean, to be pasted into a shell. */
export function stackWords(
  args: Pick<Arguments, "stack" | "local" | "outDirectory" | "outputOptions">,
): string {
  const stack = args.stack === undefined ? [] : ["--stack", args.stack];
  const local = args.local ? ["--local"] : [];
  const out = args.local && args.outDirectory !== "out" ? ["--out", args.outDirectory] : [];
  const outputs = Object.entries(args.outputOptions).flatMap(([option, value]) =>
    isFlag(option) ? [option] : [option, value],
  );
  return [...stack, ...local, ...out, ...outputs].map(quoted).join(" ");
}

/**
 * A word for a shell, on one line: a key may hold what a terminal obeys, which is written in the form that bash, zsh and
 * POSIX.1-2024's sh know (`$'\\x0a'`).
 */
function quoted(word: string): string {
  if (/^[\w./:@%+=,-]+$/.test(word)) return word;
  if (shown(word) === word) return `'${word.replaceAll("'", `'\\''`)}'`;
  const plain = word.replaceAll(/[\\']/g, "\\$&");
  return `$'${replaceUnsafe(plain, (character) =>
    [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
  )}'`;
}
