import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(__dirname, "../..");

describe("the README's commands for a stack", () => {
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  const names = [...readme.matchAll(/pulumi stack init (\S+)/g)].map(([, name]) => name ?? "");

  // `stack init` writes its salt into the stack's file, and `config set` its value.
  it("leave what git keeps as it is: the stack's file is the user's own", () => {
    assert.notDeepEqual(names, []);
    for (const name of names) {
      // Says nothing, and fails, for a file that git keeps or would add.
      const ignored = execFileSync("git", ["check-ignore", `Pulumi.${name}.yaml`], {
        cwd: root,
        encoding: "utf8",
      });
      assert.equal(ignored.trim(), `Pulumi.${name}.yaml`);
    }
  });

  it("copy files that are there", () => {
    const copied = [...readme.matchAll(/^ +cp (\S+) Pulumi\.\S+\.yaml/gm)].map(([, file]) => file ?? "");
    assert.deepEqual(copied, ["Pulumi.dev.yaml"]);
    for (const file of copied) assert.ok(existsSync(path.join(root, file)), file);
  });
});
