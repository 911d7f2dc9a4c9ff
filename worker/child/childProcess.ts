import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { Readable } from "node:stream";
import type { Allowance } from "./allowance";
import { enlist } from "./childGroups";
import { watchUse } from "./childUse";
import { messageOf, printable, UnusableVideoError } from "../errors";
import { splitLines } from "./lines";

/** What a child reads, and what becomes of what it writes. */
export interface ChildReaders {
  /** Its stdin; without it there is nothing to read. One that ends before it has read all leaves the rest. */
  readonly input?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Its stdout: kept as a whole, which is at most so long, or read by lines or as it comes, however long it is. */
  readonly output:
    | { readonly maxBytes: number }
    | { readonly onLine: (line: string) => void }
    | { readonly onChunk: (chunk: Buffer) => void };
  /** Each line of its stderr, where an upload can have it print what it likes. */
  readonly onMessage?: (line: string) => void;
  /** Each line of what it writes to {@link factsDescriptor}: what it is told to write there, and nothing else. */
  readonly onFact?: (line: string) => void;
  /** How much it may write to each of its descriptors from {@link furtherDescriptor} on, in bytes; all of it is kept. */
  readonly furtherMaxBytes?: readonly number[];
}

export interface ChildResult {
  /** What was kept of it. */
  readonly stdout: Buffer;
  readonly further: readonly Buffer[];
  readonly exitCode: number;
}

/** The file descriptor that a child has, besides its stdout and stderr. */
export const factsDescriptor = 3;

/** The first of those for further outputs. */
export const furtherDescriptor = 4;

/** Of stderr. A line for each damaged slice makes this some 200,000 of them. */
const maxMessageBytes = 16 * 1024 * 1024;

/**
 * A program ends with one of these by its own fault: the same file will make it do so again. With SIGSYS, when it did
 * what our ffmpeg may not do (ffmpeg-image/ffmpeg/confine.c).
 */
const crashes: readonly NodeJS.Signals[] = [
  "SIGSEGV",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGTRAP",
  "SIGSYS",
];

/**
 * Runs a program from the PATH without a shell, with nothing in its environment but the PATH (ffmpeg decodes hostile
 * files: it gets no credentials, and no proxy), and reads what it writes. Whatever it started itself ends with it.
 *
 * Throws UnusableVideoError when it crashes, or takes or writes more than it may; and another Error when it can not be
 * started or is stopped by `signal`. An exit code other than 0 is left to the caller.
 */
export async function runChild(
  program: string,
  args: readonly string[],
  allowance: Allowance,
  signal: AbortSignal,
  {
    input,
    output,
    onMessage = () => undefined,
    onFact = () => undefined,
    furtherMaxBytes = [],
  }: ChildReaders,
): Promise<ChildResult> {
  signal.throwIfAborted();
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, AV_LOG_FORCE_NOCOLOR: "1" },
    stdio: [
      input === undefined ? "ignore" : "pipe",
      ...["pipe" as const, "pipe" as const, "pipe" as const],
      ...furtherMaxBytes.map(() => "pipe" as const),
    ],
    // Makes it the leader of a process group, which is what can be killed as a whole.
    detached: true,
  });
  const pipes = child.stdio.slice(1) as Readable[];
  let killedBecause: Error | undefined;
  const kill = (reason: Error) => {
    killedBecause ??= reason;
    killGroup(child);
    // A process that left the group may still hold their other ends open.
    for (const pipe of pipes) pipe.destroy();
  };
  const onAbort = () => {
    kill(new Error(`${program} stopped: ${messageOf(signal.reason)}`));
  };
  signal.addEventListener("abort", onAbort);
  const dismiss = child.pid === undefined ? undefined : enlist(child.pid);
  const watch =
    child.pid === undefined
      ? undefined
      : watchUse(child.pid, (use) => {
          const excess = allowance.exceeded(program, use);
          if (excess !== undefined) kill(excess);
        });

  const [stdout, stderr, facts, ...further] = pipes;
  if (input !== undefined && child.stdin !== null) write(input, child.stdin, kill);
  const onExceeded = (maxBytes: number) => {
    kill(tooMuch(`${program} wrote more than ${maxBytes} bytes`));
  };
  const kept: Buffer[] = [];
  stdout?.on(
    "data",
    reading(output, (chunk) => kept.push(chunk), onExceeded),
  );
  const keptFurther = further.map((pipe, index): Buffer[] => {
    const chunks: Buffer[] = [];
    const maxBytes = furtherMaxBytes[index] ?? 0;
    pipe.on(
      "data",
      reading({ maxBytes }, (chunk) => chunks.push(chunk), onExceeded),
    );
    return chunks;
  });
  let lastMessage = "";
  const onLine = (line: string) => {
    lastMessage = line;
    onMessage(line);
  };
  stderr?.on(
    "data",
    limited(maxMessageBytes, splitLines(onLine), () => {
      kill(tooMuch(`${program} printed more than ${maxMessageBytes} bytes of messages`));
    }),
  );
  facts?.on("data", splitLines(onFact));
  try {
    const [exitCode, exitSignal] = await closed(child);
    if (killedBecause !== undefined) throw killedBecause;
    if (exitCode === null) throw endedBy(program, exitSignal, lastMessage);
    return {
      stdout: Buffer.concat(kept),
      further: keptFurther.map((chunks) => Buffer.concat(chunks)),
      exitCode,
    };
  } finally {
    if (watch !== undefined) {
      watch.stop();
      allowance.spend(watch.lastSeen().cpuSeconds);
    }
    signal.removeEventListener("abort", onAbort);
    killGroup(child);
    dismiss?.();
  }
}

/** Whoever ends before it has read all has no use for the rest; what fails to give it is the caller's to know. */
function write(
  input: NonNullable<ChildReaders["input"]>,
  stdin: Writable,
  onError: (error: Error) => void,
): void {
  const source = Readable.from(input, { objectMode: false });
  source.on("error", onError);
  stdin.on("error", () => source.destroy());
  source.pipe(stdin);
}

function closed(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, name) => {
      resolve([code, name]);
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // None of the group is left.
  }
}

function reading(
  output: ChildReaders["output"],
  keep: (chunk: Buffer) => void,
  onExceeded: (maxBytes: number) => void,
): (chunk: Buffer) => void {
  if ("onChunk" in output) return output.onChunk;
  if ("onLine" in output) return splitLines(output.onLine);
  return limited(output.maxBytes, keep, () => {
    onExceeded(output.maxBytes);
  });
}

/** Passes on the first `maxBytes`, about; for what comes after them there is one call of `onExceeded`. */
function limited(
  maxBytes: number,
  onChunk: (chunk: Buffer) => void,
  onExceeded: () => void,
): (chunk: Buffer) => void {
  let bytes = 0;
  return (chunk) => {
    const before = bytes;
    bytes += chunk.length;
    if (bytes <= maxBytes) onChunk(chunk);
    else if (before <= maxBytes) onExceeded();
  };
}

function tooMuch(what: string): UnusableVideoError {
  return new UnusableVideoError(`damaged or made to do harm: ${what}`);
}

function endedBy(program: string, signal: NodeJS.Signals | null, lastMessage: string): Error {
  if (signal !== null && crashes.includes(signal))
    return new UnusableVideoError(`damaged or made to do harm: ${program} crashed on it (${signal})`);
  // The image's own do so where the system refuses the filter without which they decode nothing (confine.c).
  if (signal === "SIGTERM") return new Error(`${program} was stopped: ${printable(lastMessage)}`);
  // The kernel's doing when memory runs out, which once may have been another process's fault.
  return new UnusableVideoError(
    `too costly: ${program} was killed (${String(signal)}), most likely for want of memory`,
    { fromTry: 2 },
  );
}
