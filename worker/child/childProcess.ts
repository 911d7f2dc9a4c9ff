import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { defaultMaxMemoryBytes, watchMemory } from "./childMemory";
import { messageOf, UnusableVideoError } from "../errors";
import { splitLines } from "./lines";

/** What a child process may use before it is killed. */
export interface ChildLimits {
  readonly timeLimitSeconds: number;
  /** Of its stdout. */
  readonly maxOutputBytes: number;
  /** Resident, on Linux; 7/8 of all there is unless told. */
  readonly maxMemoryBytes?: number;
}

export interface ChildResult {
  readonly stdout: Buffer;
  readonly exitCode: number;
}

/** Of stderr. A line for each frame decoded makes this some 200,000 frames. */
const maxMessageBytes = 64 * 1024 * 1024;

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
 * files: it gets no credentials, and no proxy), and reads its stdout; `onLine` gets each line of its stderr. Whatever
 * it started itself ends with it.
 *
 * Throws UnusableVideoError when it crashes or writes more than it may, and another Error when it can not be started
 * or is killed (by a limit of time or memory, by `signal`, by the kernel); an exit code other than 0 is left to the
 * caller.
 */
export async function runChild(
  program: string,
  args: readonly string[],
  limits: ChildLimits,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<ChildResult> {
  signal.throwIfAborted();
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, AV_LOG_FORCE_NOCOLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    // Makes it the leader of a process group, which is what can be killed as a whole.
    detached: true,
  });
  let killedBecause: Error | undefined;
  const kill = (reason: Error) => {
    killedBecause ??= reason;
    killGroup(child);
    // A process that left the group may still hold their other ends open.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const onAbort = () => {
    kill(new Error(`${program} stopped: ${messageOf(signal.reason)}`));
  };
  signal.addEventListener("abort", onAbort);
  const timer = setTimeout(() => {
    kill(new Error(`${program} took longer than ${limits.timeLimitSeconds} s`));
  }, limits.timeLimitSeconds * 1000);
  const maxMemoryBytes = limits.maxMemoryBytes ?? defaultMaxMemoryBytes();
  const stopWatching =
    child.pid === undefined
      ? () => undefined
      : watchMemory(child.pid, maxMemoryBytes, () => {
          kill(
            new Error(`${program} needed more than ${Math.round(maxMemoryBytes / 2 ** 20)} MiB of memory`),
          );
        });

  const chunks: Buffer[] = [];
  const countOutput = counter(limits.maxOutputBytes, () => {
    kill(
      new UnusableVideoError(
        `damaged or made to do harm: ${program} wrote more than ${limits.maxOutputBytes} bytes`,
      ),
    );
  });
  child.stdout.on("data", (chunk: Buffer) => {
    if (countOutput(chunk)) chunks.push(chunk);
  });
  const onMessages = splitLines(onLine);
  const countMessages = counter(maxMessageBytes, () => {
    kill(
      new UnusableVideoError(
        `damaged or made to do harm: ${program} printed more than ${maxMessageBytes} bytes of messages`,
      ),
    );
  });
  child.stderr.on("data", (chunk: Buffer) => {
    if (countMessages(chunk)) onMessages(chunk);
  });
  try {
    const [exitCode, exitSignal] = await closed(child);
    if (killedBecause !== undefined) throw killedBecause;
    if (exitCode === null) throw endedBy(program, exitSignal);
    return { stdout: Buffer.concat(chunks), exitCode };
  } finally {
    clearTimeout(timer);
    stopWatching();
    signal.removeEventListener("abort", onAbort);
    killGroup(child);
  }
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

/** Counts bytes; false, after one call of `onExceeded`, for what comes after the first `maxBytes`. */
function counter(maxBytes: number, onExceeded: () => void): (chunk: Buffer) => boolean {
  let bytes = 0;
  return (chunk) => {
    const before = bytes;
    bytes += chunk.length;
    if (bytes > maxBytes && before <= maxBytes) onExceeded();
    return bytes <= maxBytes;
  };
}

function endedBy(program: string, signal: NodeJS.Signals | null): Error {
  if (signal !== null && crashes.includes(signal))
    return new UnusableVideoError(`damaged or made to do harm: ${program} crashed on it (${signal})`);
  if (signal === "SIGKILL")
    return new Error(`${program} was killed by the system, most likely for want of memory`);
  return new Error(`${program} was ended by ${String(signal)}`);
}
