import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

describe("scripts/typescript.cjs", () => {
  const project = path.join(__dirname, "../..");
  const folder = mkdtempSync(path.join(tmpdir(), "typescript-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function outputOf(text: string): { stdout: string; stderr: string; status: number | null } {
    const file = path.join(folder, "said.ts");
    writeFileSync(file, text);
    const typescript = require.resolve("../../scripts/typescript.cjs");
    return spawnSync(process.execPath, ["--require", typescript, file], { cwd: project, encoding: "utf8" });
  }

  it("runs what a file holds now, also where it has seen it before", () => {
    const unique = folder.slice(-6);
    for (const said of ["first", "second", "first"])
      assert.equal(
        outputOf(`const said: string = "${said} ${unique}"; console.log(said)`).stdout,
        `${said} ${unique}\n`,
      );
  });

  it("tells an error's place in the TypeScript, also of a file that it has seen before", () => {
    const text = `interface Unused {\n  a: 1;\n}\n\nthrow new Error("${folder.slice(-6)}");`;
    for (const { stderr } of [outputOf(text), outputOf(text)]) assert.match(stderr, /said\.ts:5:7/);
  });

  it("keeps nothing of a file that is no TypeScript", () => {
    for (const { status, stderr } of [outputOf("const = 1"), outputOf("const = 1")]) {
      assert.equal(status, 1);
      assert.match(stderr, /error/i);
    }
  });
});
