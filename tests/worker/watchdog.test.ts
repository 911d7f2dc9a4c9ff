import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { processGone } from "./programs";
import { VideoFolder } from "../../testkit/videoFolder";

const worker = path.join(__dirname, "../../worker");

describe("worker: its watchdog", () => {
  let folder: VideoFolder;
  before(async () => {
    folder = await VideoFolder.create();
  });
  after(() => folder.remove());

  /** Bundles and runs a program of the worker's own modules, as the worker itself is bundled. */
  async function run(program: string) {
    const [source, outfile] = [folder.file("program.ts"), folder.file("program.js")];
    const imports = `
      import { startWatchdog } from "${worker}/watchdog";
      import { runChild } from "${worker}/child/childProcess";
      import { Allowance } from "${worker}/child/allowance";`;
    await writeFile(source, imports + program);
    const bundle = ["--bundle", "--platform=node", "--target=node20", "--format=cjs", "--log-level=error"];
    const esbuild = path.join(worker, "node_modules/.bin/esbuild");
    await promisify(execFile)(esbuild, [source, ...bundle, `--outfile=${outfile}`]);
    const child = spawn(process.execPath, [outfile], { stdio: ["ignore", "pipe", "inherit"] });
    const exit = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
    const [stdout, [code, signal]] = await Promise.all([text(child.stdout), exit]);
    return { lines: stdout.split("\n").filter((line) => line !== ""), code, signal };
  }

  it("ends a worker whose event loop stands still, and the children that it runs, and tells so", async () => {
    const { lines, signal } = await run(`
      startWatchdog({ standstillSeconds: 0.5 });
      const idle = ["-e", "console.log(process.pid); setInterval(() => {}, 1000)"];
      const output = { onLine: (pid) => { console.log(pid); setImmediate(() => { for (;;); }); } };
      void runChild(process.execPath, idle, new Allowance(), new AbortController().signal, { output });`);
    assert.equal(signal, "SIGKILL");
    const [pid, told, ...more] = lines;
    assert.deepEqual(more, []);
    const { time, ...words } = JSON.parse(told ?? "") as Record<string, unknown>;
    assert.ok(!Number.isNaN(Date.parse(String(time))));
    assert.deepEqual(words, { level: "error", event: "worker-stuck", standstillSeconds: 0.5 });
    await processGone(Number(pid));
  });

  it("leaves one alone that waits, works in steps, or is done", async () => {
    const { lines, code } = await run(`
      startWatchdog({ standstillSeconds: 0.5 });
      let steps = 0;
      const step = () => {
        const until = performance.now() + 100;
        while (performance.now() < until);
        if (++steps < 10) setImmediate(step);
        else setTimeout(() => console.log("done"), 700);
      };
      step();`);
    assert.deepEqual([lines, code], [["done"], 0]);
  });
});
