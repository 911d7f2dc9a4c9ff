import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { docker } from "../../testkit/docker/engine";
import { describeImage } from "./describeImage";
import { heavyVideo, smallVideo } from "../../testkit/docker/testVideos";

const project = path.join(__dirname, "../..");

describeImage("npm run local -- --docker", function () {
  this.timeout(180_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "local-docker-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** The names of the workers' containers that there are now. */
  async function containers(): Promise<string[]> {
    const names = await docker(
      "ps",
      "--all",
      "--filter",
      "name=^video-thumbnailer-",
      "--format",
      "{{.Names}}",
    );
    return names.split("\n").filter((name) => name !== "");
  }

  function start(video: Buffer, name: string) {
    const file = path.join(folder, name);
    writeFileSync(file, video);
    const cli = [
      "--require",
      require.resolve("../../scripts/typescript.cjs"),
      "local/cli/main.ts",
      "--docker",
      "--json",
    ];
    const child = spawn(process.execPath, [...cli, "--out", folder, file], {
      cwd: project,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed = { stdout: "", stderr: "" };
    child.stdout.on("data", (data: Buffer) => (printed.stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (printed.stderr += data.toString()));
    const ended = once(child, "close").then(([code]) => ({ code: code as number | null, ...printed }));
    return { child, ended };
  }

  it("runs the whole pipeline with containers as its workers, and leaves none", async () => {
    const { code, stdout, stderr } = await start(smallVideo(), "small.mp4").ended;
    assert.equal(code, 0, stderr);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(result["ok"], true);
    assert.equal(readFileSync(String(result["thumbnail"])).subarray(1, 4).toString(), "PNG");
    assert.deepEqual(await containers(), []);
  });

  it("leaves no container when it is interrupted in the middle of a job", async () => {
    const { child, ended } = start(heavyVideo(), "heavy.mp4");
    const jobTaken = new Promise<void>((resolve) =>
      child.stderr.on("data", (data: Buffer) => {
        if (data.includes("has taken the job")) resolve();
      }),
    );
    assert.equal(await Promise.race([jobTaken, ended]), undefined);
    assert.equal((await containers()).length, 1);
    child.kill("SIGINT");
    assert.equal((await ended).code, 130);
    assert.deepEqual(await containers(), []);
  });
});
