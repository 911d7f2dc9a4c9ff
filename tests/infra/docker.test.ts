import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { dockerProblem, requireDocker } from "../../infra/image/docker";
import { assertStops } from "./stopped";

describe("Docker, before anything is created", () => {
  const inherited = process.env["PATH"];
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "docker-"));
    process.env["PATH"] = folder;
  });
  afterEach(() => {
    process.env["PATH"] = inherited;
    rmSync(folder, { recursive: true });
  });

  /** Puts a program `docker` on the PATH that does this. */
  function docker(script: string): void {
    const file = path.join(folder, "docker");
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  it("is asked for its server, and fine when that answers", () => {
    docker(`[ "$1" = version ] && [ "$3" = "{{.Server.Version}}" ] && echo 28.2.2`);
    assert.equal(dockerProblem(), undefined);
  });

  it("is a problem when its server does not run, told in Docker's own words", () => {
    docker("echo 'Cannot connect to the Docker daemon. Is the docker daemon running?' >&2; exit 1");
    assert.equal(
      dockerProblem(),
      "Docker is not running: Cannot connect to the Docker daemon. Is the docker daemon running?",
    );
  });

  it("is a problem when it is not installed", () => {
    assert.equal(dockerProblem(), "There is no program `docker` on the PATH.");
  });

  it("is a problem when it does not answer", () => {
    docker("while :; do :; done");
    assert.equal(dockerProblem(0.3), "Docker has not answered for 0.3 s.");
  });

  describe("for Pulumi's engine", () => {
    const { getEngine, isDryRun } = pulumi.runtime;
    const runtime = pulumi.runtime as { getEngine: () => object | undefined; isDryRun: () => boolean };
    const log = pulumi.log as { warn: (text: string) => Promise<void> };
    const { warn } = log;
    let warnings: string[];
    beforeEach(() => {
      warnings = [];
      log.warn = (text) => Promise.resolve(void warnings.push(text));
    });
    afterEach(() => {
      Object.assign(runtime, { getEngine, isDryRun });
      log.warn = warn;
    });

    it("ends an update at once, and says what to do", () => {
      Object.assign(runtime, { getEngine: () => ({}), isDryRun: () => false });
      assert.throws(requireDocker, (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.match(
          error.message,
          /no program `docker`.*start it.*imageUri[^]*Nothing was created or changed/,
        );
        return true;
      });
      assert.deepEqual(warnings, []);
    });

    it("ends it before the program registers anything but its provider", async function () {
      this.timeout(60_000);
      await assertStops(() => {
        pulumi.runtime.setAllConfig({ "aws:region": "eu-west-1" });
        Object.assign(runtime, { getEngine: () => ({}), isDryRun: () => false });
      }, /no program `docker`/);
    });

    it("lets a preview go on with a warning", () => {
      Object.assign(runtime, { getEngine: () => ({}), isDryRun: () => true });
      requireDocker();
      assert.match(warnings.join("\n"), /no program `docker`.*imageUri/);
    });

    it("is not needed where nothing is built: in tests and in the local run", () => {
      Object.assign(runtime, { getEngine: () => undefined, isDryRun: () => false });
      requireDocker();
      assert.deepEqual(warnings, []);
    });
  });
});
