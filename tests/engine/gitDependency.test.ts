import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
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
});
