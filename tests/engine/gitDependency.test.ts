import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Clone } from "../../testkit/engine/clone";
import { describeEngine } from "./describeEngine";

/** Beside the engine's tests, since it takes seconds to compile. */
describeEngine("another program's npm install of this repository's address", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "git-dependency-"));
  let clone: Clone;
  before(() => {
    clone = Clone.ofProject(path.join(folder, "clone"));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** As npm runs it: of a package that it packs, it tells where that comes from. */
  function prepare(of: { npm_package_resolved?: string }): void {
    const env = { ...process.env, ...of };
    const done = spawnSync("npm", ["run", "--silent", "prepare"], {
      cwd: clone.folder,
      env,
      encoding: "utf8",
    });
    assert.equal(done.status, 0, done.stderr + done.stdout);
  }

  it("finds the component compiled, with its types, and a clone of one's own is left as it is", () => {
    const made = () =>
      ["js", "d.ts"].map((ending) => existsSync(path.join(clone.folder, "dist", `component.${ending}`)));
    prepare({});
    assert.deepEqual(made(), [false, false]);
    prepare({ npm_package_resolved: clone.folder });
    assert.deepEqual(made(), [true, true]);
  });

  it("has its types, also with the settings of a program that `pulumi new` has made", () => {
    const program = path.join(folder, "program");
    const root = path.join(__dirname, "../..");
    mkdirSync(path.join(program, "node_modules"), { recursive: true });
    symlinkSync(clone.folder, path.join(program, "node_modules", "video-thumbnailer"));
    for (const name of ["@pulumi", "@types"])
      symlinkSync(path.join(root, "node_modules", name), path.join(program, "node_modules", name));
    cpSync(path.join(root, "examples/typescript/index.ts"), path.join(program, "index.ts"));
    for (const [module, moduleResolution] of [
      ["commonjs", "node"],
      ["node16", "node16"],
    ]) {
      const compilerOptions = {
        strict: true,
        skipLibCheck: true,
        target: "es2020",
        module,
        moduleResolution,
      };
      writeFileSync(
        path.join(program, "tsconfig.json"),
        JSON.stringify({ compilerOptions: { ...compilerOptions, types: ["node"] }, files: ["index.ts"] }),
      );
      const compiler = require.resolve("typescript/bin/tsc");
      const args = [compiler, "--noEmit", "--pretty", "false", "--preserveSymlinks"];
      const { stdout } = spawnSync(process.execPath, args, { cwd: program, encoding: "utf8" });
      assert.equal(stdout, "", moduleResolution);
    }
  });
});
