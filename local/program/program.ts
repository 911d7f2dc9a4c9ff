import path from "node:path";
import { ProcessGroup } from "../processGroup";
import type { Resource } from "./resources";

/** What the evaluating process is told. */
export interface ProgramRequest {
  project: string;
  stack: string;
  region: string;
  /** The stack's configuration under full names such as `video-thumbnailer:thumbnailWidth`. */
  config: Record<string, string>;
  /** The address of the local SQS. */
  queueEndpoint: string;
}

/** What the evaluating process answers. */
export type ProgramReply =
  | { ok: true; resources: Resource[]; outputs: Record<string, unknown> }
  | { ok: false; isConfiguration: boolean; message: string };

/** The program as evaluated: every resource it registered, and the stack's outputs. */
export interface Program {
  resources: Resource[];
  outputs: Record<string, unknown>;
}

/** The program stopped: because of its configuration, or because of a fault in it. */
export class ProgramError extends Error {
  constructor(
    message: string,
    readonly isConfiguration: boolean,
  ) {
    super(message);
  }
}

/**
 * Evaluates index.ts under Pulumi's mocks in a process of its own and gives what it registered.
 * Throws {@link ProgramError} with the program's own message. `signal` ends the evaluation.
 */
export async function evaluateProgram(
  projectDirectory: string,
  request: ProgramRequest,
  signal?: AbortSignal,
): Promise<Program> {
  const printed: string[] = [];
  const process_ = new ProcessGroup(
    process.execPath,
    ["--require", require.resolve("../../scripts/typescript.cjs"), path.join(__dirname, "programProcess.ts")],
    { cwd: projectDirectory, stdio: ["ignore", "pipe", "pipe", "ipc"] },
    (line) => printed.push(line),
  );
  const abort = () => void process_.kill();
  signal?.addEventListener("abort", abort);
  try {
    process_.child.send(request);
    const reply = await new Promise<ProgramReply>((resolve, reject) => {
      process_.child.once("message", (message) => {
        resolve(message as ProgramReply);
      });
      void process_.exited.then(() => {
        reject(new Error(["The program ended without an answer.", ...printed.slice(-20)].join("\n")));
      });
    });
    if (!reply.ok) throw new ProgramError(reply.message, reply.isConfiguration);
    return { resources: reply.resources, outputs: reply.outputs };
  } finally {
    signal?.removeEventListener("abort", abort);
    await process_.kill();
  }
}
