import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeDirectory } from "./videos";

const script = path.join(__dirname, "..", "..", "scripts", "setup.mjs");

describe("scripts/setup.mjs", () => {
  const files = makeDirectory();
  after(files.remove);

  function setup(PATH = process.env["PATH"]) {
    return spawnSync(process.execPath, [script, "--ffmpeg"], {
      env: { ...process.env, PATH },
      encoding: "utf8",
    });
  }

  it("says nothing when nothing is to do", () => {
    const { status, stdout, stderr } = setup();
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "", stderr: "" });
  });

  /** A folder of programs that all do what `script` says, to be the whole PATH. */
  function folderOf(name: string, commands: string[], script = ""): string {
    const bin = path.join(files.directory, name);
    mkdirSync(bin);
    for (const command of commands) {
      writeFileSync(path.join(bin, command), `#!/bin/sh\n${script}\n`);
      chmodSync(path.join(bin, command), 0o755);
    }
    return bin;
  }

  it("says what to type when ffmpeg is missing and cannot be installed", () => {
    const { status, stdout, stderr } = setup(folderOf("empty", []));
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /ffmpeg and ffprobe are needed and are not on the PATH\. Install them and try again:/,
    );
  });

  it("says so too when the package manager fails", () => {
    const { status, stderr } = setup(folderOf("failing", ["apt-get", "brew"], "exit 1"));
    assert.equal(status, 1);
    assert.match(stderr, /ffmpeg and ffprobe are needed[^]*(apt-get|brew) install/);
  });

  it("refuses an ffmpeg that is too old", () => {
    const version = "echo ffmpeg version 4.4.2-0ubuntu0.22.04.1";
    const { status, stderr } = setup(folderOf("old", ["ffmpeg", "ffprobe"], version));
    assert.equal(status, 1);
    assert.match(stderr, /needs ffmpeg 5\.1 or later; the one on the PATH is 4\.4/);
  });
});
