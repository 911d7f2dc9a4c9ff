import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import type { Refusal, StackInfo } from "../../../console/messages";
import { readKeptCloud } from "../../../local/keptCloud";
import { processesUsing } from "../../local/processesUsing";
import { makeDirectory } from "../../local/videos";

const project = path.join(__dirname, "..", "..", "..");

const title = "npm run console";
// It builds the page, whose packages npm test does not need.
if (process.env["TEST_BROWSER"] === undefined) it.skip(`${title} (run by npm run test:console)`);
else describe(title, startAndEnd);

function startAndEnd(this: Mocha.Suite): void {
  this.timeout(90_000);
  const files = makeDirectory();
  /** The temporary directory of the consoles: whatever they leave is found here. */
  const temporary = path.join(files.directory, "tmp");
  const out = path.join(files.directory, "out");

  before(() => {
    mkdirSync(temporary);
  });
  after(files.remove);

  function start(args: string[], environment: NodeJS.ProcessEnv = {}) {
    const words = [
      "--require",
      require.resolve("../../../scripts/typescript.cjs"),
      "console/cli.ts",
      ...args,
    ];
    const child = spawn(process.execPath, words, {
      cwd: project,
      env: { ...process.env, TMPDIR: temporary, DISABLE_V8_COMPILE_CACHE: "1", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed = { stdout: "", stderr: "" };
    const waiting = new Set<() => void>();
    for (const name of ["stdout", "stderr"] as const)
      child[name].on("data", (data: Buffer) => {
        printed[name] += data.toString();
        for (const look of waiting) look();
      });
    const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      child.once("close", (code) => {
        resolve({ code, ...printed });
      });
    });
    /** Waits until it has printed this; rejects when it ends before. */
    const told = (pattern: RegExp, name: "stdout" | "stderr") =>
      new Promise<string>((resolve, reject) => {
        const look = () => {
          const [found] = pattern.exec(printed[name]) ?? [];
          if (found !== undefined) resolve(found);
        };
        waiting.add(look);
        look();
        void ended.then(({ stderr }) => {
          reject(new Error(stderr));
        });
      });
    return { child, ended, told };
  }

  /** What the console whose address this is answers to whoever has the address. */
  async function ask(address: string, what: string): Promise<unknown> {
    const { headers } = await fetch(address);
    const [cookie = ""] = (headers.get("set-cookie") ?? "").split(";");
    return (await fetch(new URL(what, address), { headers: { cookie } })).json();
  }
  const infoAt = async (address: string) => (await ask(address, "/api/stack")) as StackInfo;

  const stackByOptions = [
    ...["--region", "eu-west-1", "--bucket", "media", "--cluster", "workers"],
    ...["jobs", "failed-jobs", "failed-events"].flatMap((name) => [
      `--${name}-queue`,
      `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`,
    ]),
  ];
  const line = /^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}\n$/;

  it("starts the pipeline, uploads the sample, prints the page's address alone, and leaves nothing", async () => {
    const { child, ended, told } = start(["--no-open", "--out", out]);
    const address = (await told(line, "stdout")).trim();
    const { title, isLocal, isReadOnly, opsOptions, extrasAskedFor } = await infoAt(address);
    assert.deepEqual(
      { title, isLocal, isReadOnly, opsOptions },
      { title: "local run", isLocal: true, isReadOnly: false, opsOptions: `--local --out ${out}` },
    );
    assert.match(extrasAskedFor, /storyboard.*preview/);
    const kept = await readKeptCloud(out);
    assert.equal(kept?.pid, child.pid, "the operator's commands find it");
    const second = await start(["--no-open", "--out", out]).ended;
    assert.deepEqual([second.code, second.stdout], [2, ""]);
    assert.match(
      second.stderr,
      /A local run is up already \(process \d+\)\. Show that one with `npm run console -- --local/,
    );

    await told(/sample\.mp4: all of its \d outputs are ready/, "stderr");
    child.kill("SIGINT");
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 130);
    assert.match(stdout, line);
    assert.doesNotMatch(stderr, /token=|Error|"event"/);
    assertNothingIsLeft();
    assert.deepEqual(readdirSync(out), []);
    await assert.rejects(fetch(address));
  });

  it("leaves nothing when it is ended while it starts", async () => {
    const { child, ended, told } = start(["--no-open", "--out", out]);
    await told(/Starting the pipeline/, "stderr");
    child.kill("SIGTERM");
    const { code, stdout } = await ended;
    assert.deepEqual([code, stdout], [130, ""]);
    assertNothingIsLeft();
  });

  it("shows a stack that options name, without Pulumi, which alone would know what it is set to", async () => {
    const { child, ended, told } = start([...stackByOptions, "--read-only", "--no-open"], {
      PATH: temporary,
    });
    const address = (await told(line, "stdout")).trim();
    const { title, region, bucketName, isReadOnly } = await infoAt(address);
    assert.deepEqual([title, region, bucketName, isReadOnly], ["options", "eu-west-1", "media", true]);
    const { problem } = (await ask(address, "/api/settings")) as Refusal;
    assert.match(problem.message, /Nobody tells the console what the stack of these options is set to/);
    child.kill("SIGHUP");
    assert.equal((await ended).code, 130);
    assertNothingIsLeft();
  });

  it("says in one line that its port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stdout, stderr } = await start([...stackByOptions, "--no-open", "--port", String(port)])
      .ended;
    server.close();
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, new RegExp(`^Port ${port} is taken: [^\\n]*\\n$`, "m"));
    assertNothingIsLeft();
  });

  it("exits with 2 and a clear word for a stack that it can not find", async () => {
    const bin = path.join(files.directory, "bin");
    mkdirSync(bin);
    const script = "#!/bin/sh\necho 'error: no stack named prod found' >&2\nexit 255\n";
    writeFileSync(path.join(bin, "pulumi"), script, { mode: 0o755 });
    const nowhere = path.join(files.directory, "nowhere");
    const wrong: [args: string[], message: RegExp][] = [
      [["--stack", "prod"], /cannot be read with `pulumi stack output.*\n.*no stack named prod found/],
      [["--local", "--out", nowhere], /^No local run is up\./m],
      [["--region", "eu-west-1"], /^The console takes all that it needs from a stack.*without --bucket, /m],
      [["none.mp4"], /^none\.mp4: there is no such file\.$/m],
      [["--config", "videoSuffixes=mp4", "--out", nowhere], /videoSuffixes is "mp4"[^]*--config KEY=VALUE/],
    ];
    for (const [args, message] of wrong) {
      const path_ = `${bin}:${process.env["PATH"] ?? ""}`;
      const { code, stdout, stderr } = await start([...args, "--no-open"], { PATH: path_ }).ended;
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.match(stderr, message);
    }
    assertNothingIsLeft();
  });

  function assertNothingIsLeft(): void {
    assert.deepEqual(readdirSync(temporary), []);
    assert.deepEqual(processesUsing(temporary), []);
  }
}
