import { spawn } from "node:child_process";
import { mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";

const pageSources = path.join(__dirname, "page");
const installed = path.join(pageSources, "node_modules");
/** What the page is made of besides its own folder. */
const shared = [path.join(__dirname, "messages.ts"), path.join(__dirname, "..", "contract")];

/** Where the built page is. */
export const pageDirectory = path.join(pageSources, "dist");

/**
 * Builds the page where it is missing or older than what it is made of; tells whether it did. Rejects with what Vite says,
 * and with the signal's reason.
 */
export async function buildPage(signal?: AbortSignal): Promise<boolean> {
  const builtAtMs = await modifiedMs(path.join(pageDirectory, "index.html"));
  const sources = await Promise.all([pageSources, ...shared].map(newestMs));
  if (builtAtMs > Math.max(...sources)) return false;
  // Beside, so that nobody ever has half of a page, be this interrupted or done twice at once.
  const building = await mkdtemp(path.join(installed, ".page-"));
  try {
    await runVite(building, signal);
    await rm(pageDirectory, { recursive: true, force: true });
    await rename(building, pageDirectory);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return true;
}

async function runVite(outDirectory: string, signal?: AbortSignal): Promise<void> {
  const vite = path.join(installed, "vite", "bin", "vite.js");
  const build = spawn(
    process.execPath,
    [vite, "build", "--logLevel", "warn", "--outDir", outDirectory, "--emptyOutDir"],
    { cwd: pageSources, stdio: ["ignore", "pipe", "pipe"] },
  );
  const stop = () => build.kill("SIGKILL");
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  let printed = "";
  for (const output of [build.stdout, build.stderr])
    output.on("data", (data: Buffer) => (printed += data.toString()));
  try {
    await new Promise<void>((resolve, reject) => {
      build.on("error", reject);
      build.on("close", (code) => {
        if (code === 0) resolve();
        else reject(new Error(`The page could not be built:\n${printed.trim()}`));
      });
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

async function newestMs(file: string): Promise<number> {
  if (!(await stat(file)).isDirectory()) return modifiedMs(file);
  const names = (await readdir(file)).filter((name) => name !== "node_modules" && name !== "dist");
  return Math.max(0, ...(await Promise.all(names.map((name) => newestMs(path.join(file, name))))));
}

/** Milliseconds since the epoch; 0 for what does not exist. */
async function modifiedMs(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
