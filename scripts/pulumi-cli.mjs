/**
 * Pulumi's command line for `npm run test:engine`: prints the folder that it is in. One that is on the PATH comes first
 * (of npm's package `pulumi` there is only its downloader in node_modules/.bin, which does not count). Otherwise it is
 * built from its Go module, once, and kept outside of the work tree; with `--find` nothing is built. Uses nothing but
 * Node and Go.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

const version = "3.259.0";
/** The first minor version of 3 whose engine the tests have been seen to run with. */
const oldestMinor = 259;

const cache = path.join(
  process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"),
  "video-thumbnailer",
  `pulumi-${version}`,
  "bin",
);

const advice =
  `npm run test:engine needs Pulumi's command line, 3.${oldestMinor} or later, or Go to build it. Install either:\n\n` +
  "    curl -fsSL https://get.pulumi.com | sh        # or see https://www.pulumi.com/docs/iac/download-install/\n" +
  "    https://go.dev/doc/install\n";

const found = onPath() ?? built() ?? (process.argv.includes("--find") ? undefined : build());
if (found === undefined) {
  console.error(advice);
  // The tests are skipped, and say so.
  process.exitCode = process.argv.includes("--find") ? 1 : 0;
} else console.log(found);

function onPath() {
  return (process.env.PATH ?? "").split(path.delimiter).find((folder) => {
    if (folder.includes("node_modules") || !existsSync(path.join(folder, "pulumi"))) return false;
    const { stdout } = spawnSync(path.join(folder, "pulumi"), ["version"], {
      encoding: "utf8",
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    const [, minor] = /^v?3\.(\d+)\./.exec(stdout ?? "") ?? [];
    return Number(minor) >= oldestMinor;
  });
}

function built() {
  return existsSync(path.join(cache, "pulumi")) ? cache : undefined;
}

/** In a folder of its own, and put in its place when it is done, so that what is there is whole. */
function build() {
  const go = ["go", "/usr/local/go/bin/go"].find((one) => spawnSync(one, ["version"]).status === 0);
  if (go === undefined) return undefined;
  console.error(
    `Building Pulumi's command line ${version} from its Go module; this takes about five minutes …`,
  );
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, "build-"));
  const run = (...args) => {
    const { status } = spawnSync(go, args, {
      cwd: folder,
      stdio: ["ignore", 2, 2],
      env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=mod" },
    });
    if (status !== 0) throw new Error(`go ${args[0]} failed; see above.`);
  };
  try {
    writeFileSync(path.join(folder, "go.mod"), "module pulumi-cli\n\ngo 1.25\n");
    const command = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
    run("get", `${command}@v${version}`);
    // The Automation API refuses a command line that does not know its version.
    const knownVersion = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
    run("build", "-ldflags", `-s -w ${knownVersion}`, "-o", "pulumi", command);
    renameSync(path.join(folder, "pulumi"), path.join(cache, "pulumi"));
    return cache;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
