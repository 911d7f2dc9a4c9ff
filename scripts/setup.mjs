/**
 * Makes a fresh clone ready to run, before `npm run local`, `npm test` and `npm run check`: checks Node, installs the
 * locked dependencies where they are missing or outdated, with `--iam` those of the tests of rights with `--players` those
 * of the example of players, and with `--console` those of the console's page, too; and with `--ffmpeg` sees to ffmpeg and ffprobe. Uses nothing but Node; says nothing when there is nothing to do.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const oldestNode = [20, 19];
/** The first that has -fps_mode. */
const oldestFfmpeg = [5, 1];

class SetupError extends Error {}

try {
  checkNode();
  installDependencies(".");
  installDependencies("worker");
  if (process.argv.includes("--iam")) installDependencies("tests/iam");
  if (process.argv.includes("--players")) installDependencies("examples/player");
  if (process.argv.includes("--console")) installDependencies("console/page");
  if (process.argv.includes("--ffmpeg")) ensureFfmpeg();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function checkNode() {
  if (isAtLeast(process.versions.node.split("."), oldestNode)) return;
  throw new SetupError(
    `This needs Node ${oldestNode.join(".")} or later; ${process.execPath} is ${process.versions.node}. ` +
      "Get a newer one from https://nodejs.org.",
  );
}

function isAtLeast([major, minor], [oldestMajor, oldestMinor]) {
  return Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor);
}

/** npm writes node_modules/.package-lock.json last, so that it is older than a lock file changed since. */
function installDependencies(folder) {
  const directory = path.join(root, folder);
  const installed = modifiedMs(path.join(directory, "node_modules", ".package-lock.json"));
  if (installed > 0 && installed >= modifiedMs(path.join(directory, "package-lock.json"))) return;
  const where = folder === "." ? "" : ` in ${folder}`;
  console.error(`Installing the locked dependencies${where} (npm ci) …`);
  run(
    "npm",
    ["ci", "--no-audit", "--no-fund", "--loglevel=error"],
    directory,
    `npm ci${where} failed; see above.`,
  );
}

function ensureFfmpeg() {
  if (!onPath("ffmpeg") || !onPath("ffprobe")) installFfmpeg();
  const { stdout } = spawnSync("ffmpeg", ["-version"], { encoding: "utf8" });
  // A build of ffmpeg's development branch tells a commit instead of a version.
  const version = /^ffmpeg version n?(\d+)\.(\d+)/.exec(stdout)?.slice(1);
  if (version === undefined || isAtLeast(version, oldestFfmpeg)) return;
  throw new SetupError(
    `This needs ffmpeg ${oldestFfmpeg.join(".")} or later; the one on the PATH is ${version.join(".")}. ` +
      "Put a newer one there: Debian 12 and Ubuntu 24.04 have one, https://ffmpeg.org/download.html lists more.",
  );
}

function installFfmpeg() {
  const isRoot = process.getuid?.() === 0;
  if (onPath("apt-get") && isRoot) {
    console.error("Installing ffmpeg (apt-get install ffmpeg); this takes a minute or so …");
    const failure = advice("apt-get update && apt-get install -y ffmpeg");
    runQuietly("apt-get", ["update"], failure);
    runQuietly("apt-get", ["install", "-y", "--no-install-recommends", "ffmpeg"], failure);
  } else if (process.platform === "darwin" && onPath("brew")) {
    console.error("Installing ffmpeg (brew install ffmpeg) …");
    run("brew", ["install", "ffmpeg"], root, advice("brew install ffmpeg"));
  }
  if (!onPath("ffmpeg") || !onPath("ffprobe")) throw new SetupError(advice(installCommand()));
}

function advice(command) {
  return `ffmpeg and ffprobe are needed and are not on the PATH. Install them and try again:\n\n    ${command}\n`;
}

function installCommand() {
  if (onPath("apt-get")) return "sudo apt-get update && sudo apt-get install -y ffmpeg";
  if (onPath("dnf")) return "sudo dnf install -y ffmpeg-free";
  if (onPath("pacman")) return "sudo pacman -S ffmpeg";
  if (onPath("apk")) return "sudo apk add ffmpeg";
  if (process.platform === "darwin") return "brew install ffmpeg";
  return "see https://ffmpeg.org/download.html";
}

/** Runs a command with its output on stderr: what setup says is no part of the output of what comes after it. */
function run(command, args, directory, failure) {
  const { status } = spawnSync(command, args, { cwd: directory, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new SetupError(failure);
}

/** For a command that would tell of each of 200 packages three times: its output is shown only when it fails. */
function runQuietly(command, args, failure) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new SetupError(`${stdout}${stderr}\n${failure}`);
}

function onPath(command) {
  return (process.env.PATH ?? "").split(path.delimiter).some((directory) => {
    try {
      accessSync(path.join(directory, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Milliseconds since the epoch; 0 for a file that does not exist. */
function modifiedMs(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
