import { setTimeout as wait } from "node:timers/promises";
import { UsageError } from "../ops/arguments";
import type { Arguments } from "./arguments";
import { buildPage, pageDirectory } from "./buildPage";
import { startLocalRun } from "./localRun";
import { canOpenBrowser, openInBrowser } from "./openInBrowser";
import { startConsole, type RunningConsole } from "./server/console";
import { infoOf } from "./server/info";
import { findShownStack, type ShownStack } from "./shownStack";

/** Where a console's words go. */
export interface Voice {
  /** Writes the page's address, on stdout. */
  print(line: string): void;
  /** Writes a line for the person, on stderr. */
  say(line: string): void;
}

/**
 * Shows a stack until the signal, and then rejects with its reason. Whatever happens, nothing is left of it: no process, no
 * file. Throws UsageError, and what startLocalCloud throws.
 */
export async function runConsole(args: Arguments, voice: Voice, signal: AbortSignal): Promise<never> {
  const cleanups: (() => unknown)[] = [];
  const failed = new AbortController();
  const ending = AbortSignal.any([signal, failed.signal]);
  const page = build(voice, ending);
  const shown = show(args, voice, ending, cleanups);
  try {
    const [, running] = await Promise.all([page, shown]);
    voice.print(running.address);
    if (args.opens) await open(running, voice, cleanups);
    voice.say("The page is for this machine alone, and for whoever has its address. Ctrl-C ends it.");
    return await aborted(signal);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled([page, shown]);
    throw error;
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
}
