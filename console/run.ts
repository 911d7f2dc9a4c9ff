import { UsageError } from "../ops/arguments";
import { usualPort, type Arguments } from "./arguments";
import { buildPage, pageDirectory } from "./buildPage";
import { startLocalRun } from "./localRun";
import { canOpenBrowser, openInBrowser } from "./openInBrowser";
import { startConsole, type RunningConsole } from "./server/console";
import { infoOf } from "./server/info";
import { findShownStack, type ShownStack } from "./shownStack";

/** Where a console's words go. */
export interface Voice {
  /** Writes the page's address, on stdout. */
  print: (line: string) => void;
  /** Writes a line for the person, on stderr. */
  say: (line: string) => void;
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
  const shown = show(args, voice, ending, cleanups, page);
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

async function build({ say }: Voice, ending: AbortSignal): Promise<void> {
  const startedAtMs = Date.now();
  if (await buildPage(ending)) say(`The page is built after ${secondsSince(startedAtMs)} s.`);
}

/**
 * A console of the stack that is meant, once its page is built; what ends it is in `cleanups`, and what the stack begins with
 * under way.
 */
async function show(
  args: Arguments,
  { say }: Voice,
  ending: AbortSignal,
  cleanups: (() => unknown)[],
  page: Promise<void>,
): Promise<RunningConsole> {
  const shown: ShownStack =
    args.stack === undefined ? await startLocalRun(args, say, ending) : await findShownStack(args.stack);
  cleanups.push(() => shown.stop());
  await page;
  ending.throwIfAborted();
  const { stack, opsOptions, readSettings } = shown;
  const info = infoOf(stack, { isReadOnly: args.isReadOnly, opsOptions });
  const start = (port: number) => startConsole({ stack, info, readSettings, pageDirectory, port });
  const running =
    args.port === undefined
      ? await start(usualPort).catch(() => start(0))
      : await start(args.port).catch((error: unknown) => {
          throw portError(error, args.port);
        });
  cleanups.push(() => running.stop());
  shown.begin(running);
  return running;
}

/** What to do about a port that the console can not have. */
function portError(error: unknown, port = 0): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE")
    return new UsageError(
      `Port ${port} is taken: something else listens there. Name another, or leave --port out.`,
    );
  if (code === "EACCES")
    return new UsageError(`Port ${port} is not for everybody: take one from 1024 on, or leave --port out.`);
  return error;
}

async function open({ address }: RunningConsole, { say }: Voice, cleanups: (() => unknown)[]): Promise<void> {
  if (!canOpenBrowser()) return;
  try {
    cleanups.push(await openInBrowser(address));
  } catch {
    say("No browser could be opened from here: open the address above.");
  }
}

function secondsSince(startedAtMs: number): string {
  return ((Date.now() - startedAtMs) / 1000).toFixed(1);
}

/** Rejects with the signal's reason when it is aborted. */
async function aborted(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  return new Promise((_, reject) => {
    signal.addEventListener(
      "abort",
      () => {
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}
