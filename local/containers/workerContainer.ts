import { mkdirSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { ContainerRun, RunningContainer } from "../services/ecs/ecsTask";
import { platformEnvironment, type CloudAccess } from "../localEnvironment";
import { ProcessGroup } from "../processGroup";

/** What a worker's container runs in, here and on every run of it. */
export interface WorkerContainerOptions {
  /** The folder of the worker's sources. */
  workerDirectory: string;
  /** Where each task has a directory of its own. */
  tasksDirectory: string;
  access: CloudAccess;
  onLine: (taskId: string, line: string) => void;
}

const bundle = path.join("dist", "worker.js");

/**
 * Runs the image's entry point as a local process, with the container's environment and nothing of ours. What a
 * process cannot have is left out: the read-only root, the user, the limits of CPU and memory.
 */
export function startWorkerContainer(options: WorkerContainerOptions, run: ContainerRun): RunningContainer {
  const directory = path.join(options.tasksDirectory, run.taskId);
  mkdirSync(directory, { recursive: true });
  const worker = new ProcessGroup(
    process.execPath,
    [path.join(options.workerDirectory, bundle), ...run.command],
    {
      cwd: directory,
      env: { ...platformEnvironment(options.access, directory), ...run.environment },
      stdio: ["ignore", "pipe", "pipe"],
    },
    (line) => {
      options.onLine(run.taskId, line);
    },
  );
  return {
    exited: worker.exited.then(({ code, signal, error }) => ({
      exitCode: code ?? (signal === "SIGKILL" ? 137 : 143),
      ...(error === undefined ? {} : { reason: `CannotStartContainerError: ${error.message}` }),
    })),
    signal: (signal) => {
      worker.signal(signal);
    },
    kill: () => worker.kill(),
  };
}

/** Bundles the worker with its own `npm run build` when the bundle is missing or older than a source; `signal` ends it. */
export async function buildWorker(workerDirectory: string, signal?: AbortSignal): Promise<void> {
  const builtAtMs = await modifiedMs(path.join(workerDirectory, bundle));
  const files = await Promise.all(
    [workerDirectory, path.join(workerDirectory, "..", "contract")].map(sourceFiles),
  );
  const changedAtMs = await Promise.all(files.flat().map(modifiedMs));
  if (builtAtMs > Math.max(...changedAtMs)) return;
  const printed: string[] = [];
  const build = new ProcessGroup(
    "npm",
    ["run", "build", "--silent"],
    { cwd: workerDirectory, stdio: ["ignore", "pipe", "pipe"] },
    (line) => printed.push(line),
  );
  const abort = () => void build.kill();
  signal?.addEventListener("abort", abort);
  const { code, error } = await build.exited;
  signal?.removeEventListener("abort", abort);
  if (code !== 0) throw new Error(`The worker cannot be built: ${error?.message ?? printed.join("\n")}`);
}

/** The files of a folder and of the folders in it, but for what is installed or built there. */
async function sourceFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const own = entries.filter(({ name }) => name !== "node_modules" && name !== "dist");
  const files = own.map(async (entry) => {
    const file = path.join(directory, entry.name);
    return entry.isDirectory() ? sourceFiles(file) : [file];
  });
  return (await Promise.all(files)).flat();
}

/** Milliseconds since the epoch; 0 for a file that does not exist. */
async function modifiedMs(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
