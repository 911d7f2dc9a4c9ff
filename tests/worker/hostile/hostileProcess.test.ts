import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ChildLimits } from "../../../worker/child/childProcess";
import { runChild } from "../../../worker/child/childProcess";
import { UnusableVideoError } from "../../../worker/errors";
import { within } from "../../../worker/jobs/timeLimit";
import { FakePrograms } from "../programs";

const generous: ChildLimits = { timeLimitSeconds: 60, maxOutputBytes: 1024 * 1024 };
const never = new AbortController().signal;
const hang = "setInterval(() => {}, 1000);";

describe("worker: a hostile child process", () => {
  let programs: FakePrograms;
  before(async () => {
    programs = await FakePrograms.install();
  });
  after(() => programs.remove());

  const run = async (script: string, limits: Partial<ChildLimits> = {}, signal = never) => {
    await programs.write("decoder", script);
    const lines: string[] = [];
    const result = await runChild("decoder", ["-i"], { ...generous, ...limits }, signal, (line) =>
      lines.push(line),
    );
    return { ...result, lines };
  };

  it("sees of the worker's environment the PATH alone, and none of its open files", async function () {
    process.env.AWS_SECRET_ACCESS_KEY = "secret";
    const script = `
      const fs = require("fs");
      const open = fs.existsSync("/proc/self/fd") ? fs.readdirSync("/proc/self/fd").map((fd) => {
        try { return fs.readlinkSync("/proc/self/fd/" + fd); } catch { return ""; }
      }) : [];
      console.log(JSON.stringify({ env: process.env, argv: process.argv.slice(2), open }));`;
    const { stdout } = await run(script);
    const { env, argv, open } = JSON.parse(stdout.toString()) as Record<string, string[]>;
    assert.deepEqual(env, { PATH: process.env.PATH, AV_LOG_FORCE_NOCOLOR: "1" });
    assert.deepEqual(argv, ["-i"]);
    assert.deepEqual(
      open!.filter((file) => /^\//.test(file) && !/^\/(?:dev\/null|proc\/)/.test(file)),
      [],
    );
  });

  it("that hangs and ignores SIGTERM is killed at its time limit", async () => {
    const script = `process.on("SIGTERM", () => {}); ${hang}`;
    await assert.rejects(run(script, { timeLimitSeconds: 0.5 }), /^Error: decoder took longer than 0.5 s$/);
  });

  it("is killed with all that it started, also when that holds its output open", async () => {
    const pidFile = join(programs.folder, "pid");
    const script = `
      const { spawn } = require("child_process");
      const child = spawn(process.execPath, ["-e", ${JSON.stringify(hang)}], { stdio: "inherit" });
      require("fs").writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
      console.error("started");`;
    const stop = new AbortController();
    await programs.write("decoder", `${script} ${hang}`);
    const killed = runChild("decoder", [], generous, stop.signal, (line) => {
      if (line === "started") stop.abort(new Error("enough"));
    });
    await assert.rejects(killed, /decoder stopped: enough/);
    await gone(Number(await readFile(pidFile, "utf8")));

    // The child itself ends well, and leaves the other one behind.
    await assert.rejects(run(`${script} process.exit(0);`, { timeLimitSeconds: 1 }), /took longer than/);
    await gone(Number(await readFile(pidFile, "utf8")));
  });

  it("whose descendant leaves its group holds nobody up", async () => {
    const script = `
      const { spawn } = require("child_process");
      const options = { stdio: "inherit", detached: true };
      const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 5000)"], options);
      child.unref();
      console.log(child.pid);
      process.exit(0);`;
    await assert.rejects(run(script, { timeLimitSeconds: 1 }), /took longer than/);
  });

  it("that writes without end is the file's fault", async () => {
    const flood = (stream: string) => `
      const chunk = Buffer.alloc(1 << 20, "all work and no play\\n");
      const write = () => { while (process.${stream}.write(chunk)); process.${stream}.once("drain", write); };
      write();`;
    await assert.rejects(
      run(flood("stdout")),
      new UnusableVideoError("damaged or made to do harm: decoder wrote more than 1048576 bytes"),
    );
    await assert.rejects(run(flood("stderr")), (error: Error) => {
      return (
        error instanceof UnusableVideoError && /printed more than \d+ bytes of messages/.test(error.message)
      );
    });
  });

  it("may print one endless line: it is cut", async () => {
    const { lines } = await run(`process.stderr.write("a".repeat(3e6) + "\\nlast\\n");`);
    assert.ok(lines.every((line) => line.length <= 4096));
    assert.equal(lines.at(-1), "last");
  });

  it("that takes memory without end is killed before the worker suffers", async function () {
    if (process.platform !== "linux") this.skip();
    const script = `
      const taken = [];
      const take = () => { taken.push(Buffer.alloc(8 << 20, 1)); setTimeout(take, 5); };
      take();`;
    await assert.rejects(
      run(script, { maxMemoryBytes: 200 * 2 ** 20 }),
      /^Error: decoder needed more than 200 MiB of memory$/,
    );
  });

  it("is what the kernel ends first when memory runs out", async function () {
    if (process.platform !== "linux") this.skip();
    const script = `
      const score = () => require("fs").readFileSync("/proc/self/oom_score_adj", "utf8").trim();
      const wait = () => score() === "1000" ? console.log("first") : setTimeout(wait, 5);
      wait();`;
    assert.equal((await run(script)).stdout.toString(), "first\n");
  });

  it("that crashes is the file's fault; one that was killed from outside is not", async () => {
    const ended = (signal: string) => run(`process.kill(process.pid, "${signal}"); ${hang}`);
    for (const signal of ["SIGSEGV", "SIGSYS"] as const) {
      const reason = `damaged or made to do harm: decoder crashed on it (${signal})` as const;
      await assert.rejects(ended(signal), new UnusableVideoError(reason));
    }
    await assert.rejects(ended("SIGKILL"), (error: Error) => {
      return !(error instanceof UnusableVideoError) && /killed by the system/.test(error.message);
    });
  });

  it("counts towards the time limit of the whole job", async () => {
    const job = within(0.5, never, (signal) => run(hang, {}, signal));
    await assert.rejects(job, /^Error: the job took longer than 0.5 s in all$/);
  });

  async function gone(pid: number): Promise<void> {
    for (;;) {
      try {
        process.kill(pid, 0);
      } catch {
        return;
      }
      // An orphan that was killed is there until init has asked for its status.
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") Z");
      if (/\) [ZX]/.test(stat)) return;
      await setTimeout(10);
    }
  }
});
