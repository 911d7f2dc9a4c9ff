import { spawnSync } from "node:child_process";
import path from "node:path";

const script = path.resolve(__dirname, "../../scripts/pulumi-cli.mjs");

/** The folder of Pulumi's command line on this machine; undefined when there is none. Nothing is built. */
export function findCli(): string | undefined {
  const { status, stdout } = spawnSync(process.execPath, [script, "--find"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}
