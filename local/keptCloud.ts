import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { CloudAccess } from "./localEnvironment";

/** What is told of a local cloud that is kept up, for the operator's tools to find it. */
export interface KeptCloud extends Pick<CloudAccess, "endpoints" | "credentials"> {
  /** The process that keeps it up. */
  pid: number;
  /** The stack's outputs. */
  outputs: Record<string, unknown>;
}

/** Tells this user alone of a local cloud; the returned function takes it back. */
export async function announceKeptCloud(
  outDirectory: string,
  cloud: Omit<KeptCloud, "pid">,
): Promise<() => Promise<void>> {
  const file = fileIn(outDirectory);
  const { outputs, endpoints, credentials } = cloud;
  const kept: KeptCloud = { pid: process.pid, outputs, endpoints, credentials };
  await mkdir(outDirectory, { recursive: true });
  // A file that is there already would keep its own mode.
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(kept, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
  return () => rm(file, { force: true });
}

/** The local cloud that is kept up and writes to `outDirectory`; undefined when there is none. */
export async function readKeptCloud(outDirectory: string): Promise<KeptCloud | undefined> {
  const text = await readFile(fileIn(outDirectory), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const kept = JSON.parse(text) as KeptCloud;
  return isAlive(kept.pid) ? kept : undefined;
}

function fileIn(outDirectory: string): string {
  return path.join(outDirectory, "local-stack.json");
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
