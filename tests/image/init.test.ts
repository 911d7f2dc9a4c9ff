import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { DockerCloud } from "../../testkit/docker/dockerCloud";
import { docker, dockerEnds, workerImage } from "../../testkit/docker/engine";
import { describeImage } from "./describeImage";

/** Of each process but its own: whether this user may read its environment and its memory. */
const peep = (pids: string) => `
  const { openSync, readFileSync } = require("fs");
  const attempt = (look) => { try { look(); return "read"; } catch ({ code }) { return code; } };
  const see = (pid) => ({
    name: readFileSync("/proc/" + pid + "/cmdline", "utf8").split("\\0")[0],
    environ: attempt(() => readFileSync("/proc/" + pid + "/environ")),
    mem: attempt(() => openSync("/proc/" + pid + "/mem", "r")),
    maps: attempt(() => readFileSync("/proc/" + pid + "/maps")),
  });
  console.log(JSON.stringify(${pids}.map(see)));`;

describeImage("its processes", function () {
  this.timeout(180_000);

  describe("in a task", () => {
    let running: DockerCloud;
    before(async () => {
      running = await DockerCloud.start();
    });
    after(() => running.stop());

    it("keep the worker's environment and memory, and with it the role's address, from others of its user", async () => {
      const taskId = await running.runTask({ WORKER_IDLE_SECONDS: "60" });
      await running.started(taskId);
      const others = `require("fs").readdirSync("/proc").filter((pid) => /^\\d+$/.test(pid) && +pid !== process.pid)`;
      const exec = ["exec", running.container(taskId), "node", "-e"];
      const found = JSON.parse(await docker(...exec, peep(others))) as unknown[];
      const closed = { environ: "EACCES", mem: "EACCES", maps: "EACCES" };
      assert.deepEqual(found, [
        { name: "tini", ...closed },
        { name: "node", ...closed },
      ]);
    });

    it("can be read where they may: an ffmpeg has nothing to hide, and what is denied is not denied to all", async () => {
      const script = `
        const server = require("net").createServer(() => {
          ${peep("[ffmpeg.pid]")}
          process.exit();
        });
        let ffmpeg;
        server.listen(0, "127.0.0.1", () => {
          ffmpeg = require("child_process").spawn("ffmpeg", ["-i", "http://127.0.0.1:" + server.address().port]);
        });`;
      const command = ["--entrypoint", "node", ...(await running.runArguments()), "-e", script];
      const found = JSON.parse(await docker("run", "--rm", ...command)) as unknown[];
      assert.deepEqual(found, [{ name: "ffmpeg", environ: "read", mem: "read", maps: "read" }]);
    });
  });

  it("leave no zombie behind: who loses his parent is taken over by the init process", async () => {
    // The orphan's end is the end of the pipe that only it still holds.
    const script = `
      const { spawn } = require("child_process");
      const { existsSync, readFileSync } = require("fs");
      const orphan = "process.stdin.resume().on('end', () => process.exit())";
      const parent = \`
        const { spawn } = require("child_process");
        const options = { stdio: ["pipe", "inherit", "ignore"], detached: true };
        console.log(spawn(process.execPath, ["-e", \${JSON.stringify(orphan)}], options).pid);
        process.exit();\`;
      let pid = "";
      const child = spawn(process.execPath, ["-e", parent], { stdio: ["ignore", "pipe", "inherit"] });
      child.stdout.on("data", (data) => (pid += data));
      child.stdout.on("end", function wait() {
        const process = "/proc/" + pid.trim();
        if (existsSync(process)) setTimeout(wait, 10);
        else console.log("gone:", pid.trim() !== "");
      });`;
    assert.equal((await dockerEnds(["run", "--rm", ...(await underInit(script))])).stdout, "gone: true\n");
  });

  it("end on SIGTERM also before the worker listens to it, and end when they kill themselves", async () => {
    // Alone in its container as its first process, node would be deaf to both.
    const name = `init-trial-${process.pid}`;
    const wait = "console.log('up'); setInterval(() => {}, 1000);";
    const client = spawn("docker", ["run", "--rm", "--name", name, ...(await underInit(wait))], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(client, "close");
    await once(client.stdout, "data");
    await docker("kill", "--signal", "TERM", name);
    assert.deepEqual(await ended, [128 + 15, null]);

    const suicide = "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);";
    assert.equal((await dockerEnds(["run", "--rm", ...(await underInit(suicide))])).code, 128 + 9);
  });

  /** The end of a `docker run` of a script instead of the worker, started as the worker is. */
  async function underInit(script: string): Promise<string[]> {
    return ["--entrypoint", "tini", await workerImage(), "--", "node", "-e", script];
  }
});
