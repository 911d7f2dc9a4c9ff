import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { docker, workerImage } from "../../testkit/docker/engine";
import { describeImage } from "./describeImage";
import { Registry } from "../../testkit/docker/registry";

/** What every start of a task pulls, in all. */
const maxCompressedBytes = 60e6;

describeImage("in a registry", function () {
  this.timeout(300_000);
  let registry: Registry | undefined;
  let name: string;
  before("Debian's docker-registry is installed", async function () {
    if (!Registry.isInstalled()) this.skip();
    registry = await Registry.start();
    name = `${registry.address}/worker:trial`;
  });
  after(() => registry?.stop());

  it("is small: what every start of a task pulls is less than 60 MB", async () => {
    await docker("tag", await workerImage(), name);
    try {
      await docker("push", name);
    } finally {
      await docker("rmi", name);
    }
    const sizes = (await registry!.layers("worker", "trial")).map(({ size }) => size);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(bytes < maxCompressedBytes, `${bytes} bytes`);
    // Node's program alone is more: a small sum would be no image.
    assert.ok(bytes > 30e6, `${bytes} bytes`);
    const inMB = sizes.map((size) => (size / 1e6).toFixed(1));
    console.log(`        ${(bytes / 1e6).toFixed(1)} MB compressed, layers: ${inMB.join(", ")}`);
  });

  it("is stored as it was built, each layer by its digest", async () => {
    const diffIds = await docker("inspect", "--format", '{{join .RootFS.Layers " "}}', await workerImage());
    const stored = [];
    for (const { digest } of await registry!.layers("worker", "trial")) {
      const compressed = await registry!.blob("worker", digest);
      assert.equal(sha256(compressed), digest);
      stored.push(sha256(gunzipSync(compressed)));
    }
    assert.deepEqual(stored, diffIds.split(" "));
  });

  it("is pulled again after it was removed, and runs", async () => {
    const pushed = await workerImage();
    await docker("rmi", "--force", pushed);
    await assert.rejects(docker("inspect", pushed), /No such object/);
    await docker("pull", "--quiet", name);
    try {
      assert.equal(await docker("inspect", "--format", "{{.Id}}", name), pushed);
      const version = await docker("run", "--rm", "--entrypoint", "ffmpeg", name, "-version");
      assert.match(version, /^ffmpeg version 7\./);
      await docker("tag", pushed, "video-thumbnailer-worker");
    } finally {
      await docker("rmi", name);
    }
  });
});

function sha256(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
