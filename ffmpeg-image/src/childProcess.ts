import { spawn } from "node:child_process";
import { messageOf } from "./errors";

/** What a child process may use before it is killed. */
export interface ChildLimits {
  readonly timeLimitSeconds: number;
  readonly maxOutputBytes: number;
}

export interface ChildResult {
  readonly stdout: Buffer;
  readonly exitCode: number;
}

/**
 * Runs a program from the PATH without a shell, with nothing in its environment but the PATH (ffmpeg decodes hostile
 * files: it gets no credentials, and no proxy), and reads its stdout; `onLine` gets each line of its stderr.
 * Throws an Error when it can not be started, is killed (by a limit, by `signal`, by the kernel) or crashes; an exit
 * code other than 0 is left to the caller.
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
  });
  let killedBecause: string | undefined;
  const kill = (reason: string) => {
    killedBecause ??= reason;
    child.kill("SIGKILL");
  };
  const onAbort = () => {
    kill(`stopped: ${messageOf(signal.reason)}`);
  };
  signal.addEventListener("abort", onAbort);
  const timer = setTimeout(() => {
    kill(`took longer than ${limits.timeLimitSeconds} s`);
  }, limits.timeLimitSeconds * 1000);

  const chunks: Buffer[] = [];
  let outputBytes = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    outputBytes += chunk.length;
    if (outputBytes > limits.maxOutputBytes) kill(`wrote more than ${limits.maxOutputBytes} bytes`);
    else chunks.push(chunk);
  });
  child.stderr.on("data", splitLines(onLine));
  try {
    const [exitCode, exitSignal] = await new Promise<[number | null, NodeJS.Signals | null]>(
      (resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code, name) => {
          resolve([code, name]);
        });
      },
    );
    if (killedBecause !== undefined) throw new Error(`${program} ${killedBecause}`);
    if (exitCode === null) throw new Error(`${program} was ended by ${String(exitSignal)}`);
    return { stdout: Buffer.concat(chunks), exitCode };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

/** Lines longer than this (an upload can make ffmpeg print one) are cut. */
const maxLineLength = 4096;

function splitLines(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk.toString("utf8")).split(/[\r\n]/);
    rest = (lines.pop() ?? "").slice(0, maxLineLength);
    for (const line of lines) if (line !== "") onLine(line.slice(0, maxLineLength));
  };
}
