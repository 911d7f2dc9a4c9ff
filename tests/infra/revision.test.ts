import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sourceRevision } from "../../infra/image/revision";

describe("the image's source revision", () => {
  let folder: string;
  let image: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "revision-"));
    image = path.join(folder, "image");
    mkdirSync(image);
    writeFileSync(path.join(image, "Dockerfile"), "FROM scratch\n");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function git(...args: string[]): string {
    const who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
    return execFileSync("git", [...who, ...args], { cwd: folder, encoding: "utf8" }).trim();
  }
  function commit(): string {
    git("add", ".");
    git("commit", "--quiet", "--message", "Change something");
    return git("rev-parse", "HEAD");
  }

  it("is the last commit that touched it, whatever was committed elsewhere since", () => {
    git("init", "--quiet");
    const revision = commit();
    writeFileSync(path.join(folder, "README.md"), "Read me.\n");
    assert.notEqual(commit(), revision);
    assert.equal(sourceRevision(image), revision);
  });

  it("says when something in it is not committed", () => {
    git("init", "--quiet");
    const revision = commit();
    writeFileSync(path.join(image, "new.ts"), "");
    assert.equal(sourceRevision(image), `${revision}-dirty`);
  });

  it("is unknown outside a repository, and before the first commit", () => {
    assert.equal(sourceRevision(image), "unknown");
    git("init", "--quiet");
    assert.equal(sourceRevision(image), "unknown");
  });
});
