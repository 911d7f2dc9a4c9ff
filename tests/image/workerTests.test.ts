import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { describeImage } from "./describeImage";
import { ImageFiles } from "./imageFiles";

const project = path.join(__dirname, "../..");

describeImage("its ffmpeg", function () {
  this.timeout(15 * 60_000);
  let files: ImageFiles;
  before(async () => {
    files = await ImageFiles.extract();
  });
  after(() => files.remove());

  it("passes all tests of the worker", async () => {
    const { directory, calls } = await files.programs();
    const { code, printed } = await mocha("tests/worker/**/*.test.ts", {
      ...process.env,
      TEST_PICTURES: "1",
      PATH: `${directory}:${process.env["PATH"] ?? ""}`,
    });
    assert.equal(code, 0, printed);
    const [, passing] = /^ {2}(\d+) passing/m.exec(printed) ?? [];
    assert.ok(Number(passing) > 20, printed);
    assert.ok((await calls()) > 100, `${await calls()} calls`);
  });
});

function mocha(tests: string, env: NodeJS.ProcessEnv): Promise<{ code: number; printed: string }> {
  return new Promise((resolve) => {
    const options = { cwd: project, env, maxBuffer: 64 * 1024 * 1024 };
    // Its programs start through a loader, which takes its time where the machine is busy.
    const args = [path.join(project, "node_modules/mocha/bin/mocha.js"), "--timeout", "120000", tests];
    const child = execFile(process.execPath, args, options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? 1, printed: stdout + stderr });
    });
  });
}
