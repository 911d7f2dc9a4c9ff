import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** How long a browser may take to start. */
const readWithinMs = 60_000;

/** Whether a page would open before the eyes of whoever typed the command. */
export function canOpenBrowser(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  const has = (name: string) => (environment[name] ?? "") !== "";
  if (has("CI") || has("SSH_CONNECTION")) return false;
  return platform !== "linux" || ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"].some(has);
}

/**
 * Opens an address in the browser by a file that leads there and that this user alone can read: what a process is started
 * with, every user of the machine can. The returned function removes the file, which a minute does too. Rejects where no
 * browser can be started.
 */
export async function openInBrowser(
  address: string,
  start: (file: string) => Promise<unknown> = startBrowser,
): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(tmpdir(), "console-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const file = path.join(directory, "open.html");
    await writeFile(file, leadingTo(address), { mode: 0o600, flag: "wx" });
    await start(file);
  } catch (error) {
    await remove();
    throw error;
  }
  setTimeout(() => void remove(), readWithinMs).unref();
  return remove;
}

async function startBrowser(file: string): Promise<void> {
  const { default: open } = await import("open");
  await open(file);
}

/** A page that does nothing but lead on. */
function leadingTo(address: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${address}">
<title>Console</title>
<a href="${address}">To the console</a>
`;
}
