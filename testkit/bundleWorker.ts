import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Bundles the worker as its image does, into `outFile`. */
export async function bundleWorker(outFile: string): Promise<void> {
  const folder = join(__dirname, "../worker");
  await promisify(execFile)(
    "npm",
    ["run", "--silent", "build", "--", `--outfile=${outFile}`, "--log-level=error"],
    {
      cwd: folder,
    },
  );
}
