import { spawn } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";

const pageSources = path.join(__dirname, "page");
/** What the page is made of besides its own folder. */
const shared = [path.join(__dirname, "messages.ts"), path.join(__dirname, "..", "contract")];

/** Where the built page is. */
export const pageDirectory = path.join(pageSources, "dist");

/** Builds the page where it is missing or older than what it is made of. Rejects with what Vite says. */
export async function buildPage(): Promise<void> {
  const builtAtMs = await modifiedMs(path.join(pageDirectory, "index.html"));
  const sources = await Promise.all([pageSources, ...shared].map(newestMs));
  if (builtAtMs > Math.max(...sources)) return;
  const vite = path.join(pageSources, "node_modules", "vite", "bin", "vite.js");
  await new Promise<void>((resolve, reject) => {
    const build = spawn(process.execPath, [vite, "build", "--logLevel", "warn"], {
      cwd: pageSources,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    for (const output of [build.stdout, build.stderr])
      output.on("data", (data: Buffer) => (printed += data.toString()));
    build.on("error", reject);
    build.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The page could not be built:\n${printed.trim()}`));
    });
  });
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
