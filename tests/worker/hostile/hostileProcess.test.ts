import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Allowance } from "../../../worker/child/allowance";
import { runChild } from "../../../worker/child/childProcess";
import { TaskMemory } from "../../../worker/child/taskMemory";
import { UnusableVideoError } from "../../../worker/errors";
import { within } from "../../../worker/jobs/timeLimit";
import { FakePrograms, processGone } from "../programs";

const never = new AbortController().signal;
const hang = "setInterval(() => {}, 1000);";

describe("worker: a hostile child process", () => {
  let programs: FakePrograms;
  before(async () => {
    programs = await FakePrograms.install();
  });
  after(() => programs.remove());

  const run = async (script: string, { allowance = new Allowance(), signal = never } = {}) => {
    await programs.write("decoder", script);
    const lines: string[] = [];
    const facts: string[] = [];
    const result = await runChild("decoder", ["-i"], allowance, signal, {
      output: { maxBytes: 1024 * 1024 },
      onMessage: (line) => lines.push(line),
      onFact: (line) => facts.push(line),
    });
    return { ...result, lines, facts };
  };

  /** What a process throws that is given up as the video's fault. */
  const isUnusable = (reason: RegExp, fromTry: number) => (error: unknown) => {
    assert.ok(error instanceof UnusableVideoError, String(error));
    assert.match(error.reason, reason);
    assert.equal(error.fromTry, fromTry);
    return true;
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

  it("that hangs and ignores SIGTERM is killed at the job's time limit", async () => {
    const script = `process.on("SIGTERM", () => {}); ${hang}`;
    const job = within(0.5, never, (signal) => run(script, { signal }));
    await assert.rejects(job, /^TimeLimitError: the job took longer than 0.5 s in all$/);
  });

  it("tells its facts where nothing else is written", async () => {
    const { lines, facts, stdout } = await run(
      `console.log("output"); console.error("message"); require("fs").writeSync(3, "fact 1\\nfact 2\\n");`,
    );
    assert.deepEqual([stdout.toString(), lines, facts], ["output\n", ["message"], ["fact 1", "fact 2"]]);
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
    const killed = runChild("decoder", [], new Allowance(), stop.signal, {
      output: { maxBytes: 1024 },
      onMessage: (line) => {
        if (line === "started") stop.abort(new Error("enough"));
      },
    });
    await assert.rejects(killed, /decoder stopped: enough/);
    await processGone(Number(await readFile(pidFile, "utf8")));

    // The child itself ends well, and leaves the other one behind.
    const leaving = within(1, never, (signal) => run(`${script} process.exit(0);`, { signal }));
    await assert.rejects(leaving, /took longer than/);
    await processGone(Number(await readFile(pidFile, "utf8")));
  });

  it("whose descendant leaves its group holds nobody up", async () => {
    const script = `
      const { spawn } = require("child_process");
      const options = { stdio: "inherit", detached: true };
      const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 5000)"], options);
      child.unref();
      console.log(child.pid);
      process.exit(0);`;
    const leaving = within(1, never, (signal) => run(script, { signal }));
    await assert.rejects(leaving, /took longer than/);
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

  const takesMemory = `
    const taken = [];
    const take = () => { taken.push(Buffer.alloc(8 << 20, 1)); setTimeout(take, 5); };
    take();`;

  it("that takes memory without end is killed before the worker suffers, and that is the file's fault", async function () {
    if (process.platform !== "linux") this.skip();
    // A worker of 100 MiB in a task of 364: with the reserve, 200 are left.
    const allowance = new Allowance(new TaskMemory(364, () => 100 * 2 ** 20));
    const reason = /^too costly: decoder needs more than 200 MiB of the task's 364 MiB of memory$/;
    await assert.rejects(run(takesMemory, { allowance }), isUnusable(reason, 1));
  });

  it("has less memory while the worker itself has more, which is not the file's fault", async function () {
    if (process.platform !== "linux") this.skip();
    let ownBytes = 10 * 2 ** 20;
    const memory = new TaskMemory(374, () => (ownBytes += 8 * 2 ** 20));
    const allowance = new Allowance(memory);
    await assert.rejects(run(hang, { allowance }), isUnusable(/^too costly: decoder needs more than/, 2));
    // A fresh worker is to try it again.
    assert.notEqual(memory.reasonToLeave(), undefined);
  });

  it("that computes without end is killed at the job's CPU time, and that is the file's fault", async function () {
    if (process.platform !== "linux") this.skip();
    const allowance = new Allowance(new TaskMemory(), 0.5);
    const reason = /^too costly: it needs more than the 0.5 s of CPU time that a video has/;
    await assert.rejects(run("for (;;);", { allowance }), isUnusable(reason, 1));
    // The job's next child has nothing left.
    assert.equal(allowance.cpuSecondsLeft, 0);
    await assert.rejects(run(hang, { allowance }), isUnusable(reason, 1));
  });

  it("is not charged for the time that it waits", async function () {
    if (process.platform !== "linux") this.skip();
    const allowance = new Allowance(new TaskMemory(), 1);
    // Longer than its CPU time.
    await run(`setTimeout(() => {}, 1500);`, { allowance });
    assert.ok(allowance.cpuSecondsLeft > 0.2, `${allowance.cpuSecondsLeft} s are left`);
  });

  it("is what the kernel ends first when memory runs out", async function () {
    if (process.platform !== "linux") this.skip();
    const script = `
      const score = () => require("fs").readFileSync("/proc/self/oom_score_adj", "utf8").trim();
      const wait = () => score() === "1000" ? console.log("first") : setTimeout(wait, 5);
      wait();`;
    assert.equal((await run(script)).stdout.toString(), "first\n");
  });

  it("that crashes is the file's fault; one that was killed from outside is not before the second time", async () => {
    const ended = (signal: string) => run(`process.kill(process.pid, "${signal}"); ${hang}`);
    for (const signal of ["SIGSEGV", "SIGSYS"]) {
      const crash = new RegExp(`^damaged or made to do harm: decoder crashed on it \\(${signal}\\)$`);
      await assert.rejects(ended(signal), isUnusable(crash, 1));
    }
    await assert.rejects(
      run(`console.error("no filter"); process.kill(process.pid, "SIGTERM"); ${hang}`),
      (error: Error) => {
        return !(error instanceof UnusableVideoError) && error.message === "decoder was stopped: no filter";
      },
    );
    await assert.rejects(ended("SIGKILL"), isUnusable(/^too costly: decoder was killed \(SIGKILL\)/, 2));
  });
});
