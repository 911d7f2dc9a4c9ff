import { accessSync, constants } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";

/** What to do where {@link findChromium} finds none. */
export const howToGetChromium =
  "Chromium is not on the PATH: install it (on Debian: apt install chromium), or name one in CHROMIUM.";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const folders = [
  "/Applications/Chromium.app/Contents/MacOS",
  "/Applications/Google Chrome.app/Contents/MacOS",
];
const macNames = ["Chromium", "Google Chrome"];

/** The program of a Chromium of this machine's: the one that the variable CHROMIUM names, or the first on the PATH. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== "") return named;
  const onPath = (process.env.PATH ?? "")
    .split(path.delimiter)
    .flatMap((folder) => names.map((name) => path.join(folder, name)));
  const onMac = folders.flatMap((folder) => macNames.map((name) => path.join(folder, name)));
  return [...onPath, ...onMac].find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a Chromium without a window, with an empty profile of its own, that calls nobody by itself. Whoever starts it
 * closes it. Throws an Error where there is none.
 */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(howToGetChromium);
  const quiet = ["no-first-run", "disable-background-networking", "disable-component-update", "disable-sync"];
  return chromium.launch({
    executablePath,
    // Its sandbox refuses to run as root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      ...quiet,
      ...(process.env.GPU
        ? [
            "use-gl=angle",
            "use-angle=swiftshader",
            "enable-unsafe-swiftshader",
            "ignore-gpu-blocklist",
            "enable-gpu-rasterization",
          ]
        : ["disable-gpu"]),
      "disable-quic",
      "disable-default-apps",
    ].map((flag) => `--${flag}`),
  });
}
