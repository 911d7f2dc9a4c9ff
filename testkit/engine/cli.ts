import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

/** The folder of Pulumi's command line and whose it is, as scripts/pulumi-cli.mjs finds or builds it. */
const script = path.resolve(__dirname, "../../scripts/pulumi-cli.mjs");

/** Pulumi's command line on this machine, or why there is none. */
export type Cli = { folder: string } | { missing: string };

/** Looks for Pulumi's command line and builds nothing. */
export function findCli(): Cli {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--find"], { encoding: "utf8" });
  const folder = stdout.trim();
  return status === 0 && existsSync(folder) ? { folder } : { missing: stderr.trim() };
}
