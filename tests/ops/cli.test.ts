import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeDirectory } from "../local/videos";

const project = path.join(__dirname, "..", "..");
const typescript = ["--require", require.resolve("../../scripts/typescript.cjs")];

describe("npm run ops, with a local run that is kept up", function () {
  this.timeout(60_000);
  const files = makeDirectory();
  const out = path.join(files.directory, "out");
  let local: ChildProcess;
  let told = "";

  before(async () => {
    const cat = path.join(files.directory, "cat.mp4");
    const letter = path.join(files.directory, "letter.mp4");
    copyFileSync(path.join(project, "samples", "sample.mp4"), cat);
    writeFileSync(letter, "This is no video.\n");
    // Left behind by a run that was killed, readable for everybody.
    mkdirSync(out);
    writeFileSync(path.join(out, "local-stack.json"), "{}", { mode: 0o644 });
    local = spawn(
      process.execPath,
      [...typescript, "local/cli/main.ts", "--keep", "--out", out, cat, letter],
      {
        cwd: project,
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    await new Promise<void>((resolve, reject) => {
      local.stderr?.on("data", (data: Buffer) => {
        told += data.toString();
        if (told.includes("stays up")) resolve();
      });
      local.once("exit", () => {
        reject(new Error(told));
      });
    });
  });
  after(() => {
    local.kill("SIGKILL");
    files.remove();
  });

  function ops(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [...typescript, "ops/cli.ts", ...args],
        { cwd: project },
        (_, stdout, stderr) => {
          resolve({ code: child.exitCode ?? -1, stdout, stderr });
        },
      );
      child.stdin?.end();
    });
  }
  const localOps = (...args: string[]) => ops(...args, "--local", "--out", out);

  it("tells this user alone of it, with credentials that nobody can guess", () => {
    const file = path.join(out, "local-stack.json");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const { credentials } = JSON.parse(readFileSync(file, "utf8")) as { credentials: Record<string, string> };
    assert.match(credentials["accessKeyId"] ?? "", /^LOCAL[0-9A-F]{32}$/);
    assert.match(credentials["secretAccessKey"] ?? "", /^[0-9a-f]{40}$/);
  });

  it("is told the command", () => {
    assert.match(told, /In another terminal: npm run ops -- status --local --out /);
  });

  it("shows how it stands", async () => {
    const { code, stdout, stderr } = await localOps("status");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /1 failed job;/);
    assert.match(stdout, /Newest +thumb\/cat\.png, /);
  });

  it("lists the failure and sends it back", async () => {
    assert.match((await localOps("failed")).stdout, /letter\.mp4\n {4}reason {4}not a video: /);
    const { code, stdout } = await localOps("redrive", "letter.mp4");
    assert.deepEqual([code, stdout], [0, "1 job sent to the jobs queue.\n"]);
  });

  it("finds the video without a thumbnail, and queues none without a yes", async () => {
    const { code, stdout, stderr } = await localOps("backfill", "--dry-run");
    assert.deepEqual([code, stdout], [0, "  letter.mp4\n"], stderr);
    const refused = await localOps("backfill");
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /Queue 1 video.*\n.*say --yes/);
  });

  it("draws a progress bar, and the workers follow it", async () => {
    const { code, stdout, stderr } = await localOps("backfill", "--remake", "--yes");
    assert.deepEqual([code, stdout], [0, "2 of 2 videos queued.\n"]);
    assert.match(stderr, /█+ 2 of 2/);
  });

  it("ends with Ctrl-C, and is then found no more", async () => {
    local.kill("SIGINT");
    await once(local, "exit");
    assert.ok(!existsSync(path.join(out, "local-stack.json")));
    const { code, stderr } = await localOps("status");
    assert.equal(code, 2);
    assert.match(stderr, /No local run is up\. Start one in another terminal: npm run local -- --keep/);
  });

  it("refuses a wrong command line with one line and exits with 2", async () => {
    const { code, stdout, stderr } = await ops("status", "--rate", "5");
    assert.deepEqual([code, stdout], [2, ""]);
    assert.equal(stderr, "status: Unknown option '--rate'. --help says more.\n");
  });

  it("explains itself", async () => {
    const { code, stdout } = await ops("--help");
    assert.equal(code, 0);
    for (const verb of ["status", "failed", "redrive", "backfill"]) {
      assert.match(stdout, new RegExp(`npm run ops -- ${verb}`));
    }
  });
});
