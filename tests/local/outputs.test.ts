import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Manifest } from "../../contract/manifest";
import { readArguments } from "../../local/cli/arguments";
import { Progress } from "../../local/cli/progress";
import { makeOutputs } from "../../local/cli/run";
import { findVideos } from "../../local/cli/videoFiles";
import { problems } from "../contract/schemas";
import { makeDirectory, makeVideo } from "./videos";

describe("npm run local, with all that can be made", function () {
  this.timeout(60_000);
  const files = makeDirectory();
  const out = path.join(files.directory, "out");
  after(files.remove);

  it("writes every output to its key's file, and tells of all of them", async () => {
    const video = makeVideo(files.directory, "colours.mp4");
    const told: string[] = [];
    const args = readArguments([
      ...["--out", out, "--config", "thumbnailWidth=64", "--config", "storyboard=true"],
      ...["--config", "preview=true", "--config", 'renditions=["32.webp"]', video],
    ]);
    const results = await makeOutputs(
      await findVideos(args.videos),
      args,
      new Progress((line) => told.push(line)),
      new AbortController().signal,
      () => undefined,
    );
    assert.equal(results.length, 1);
    const result = results[0]!;
    assert.deepEqual([result.ok, result.error], [true, null]);
    const extras = ["32.webp", "storyboard-1.jpg", "storyboard.vtt", "storyboard.json", "preview.webp"];
    const keys = ["thumb/colours.png", ...extras.map((name) => `extras/colours.mp4/${name}`)];
    assert.deepEqual(result.outputs.map(({ key }) => key).sort(), [...keys].sort());
    for (const { key, file, bytes } of result.outputs) {
      assert.equal(file, path.join(out, ...key.split("/")));
      assert.equal(readFileSync(file).length, bytes, key);
    }
    const manifest = JSON.parse(readFileSync(result.manifest ?? "", "utf8")) as Manifest;
    assert.deepEqual(manifest.outputs.map(({ key }) => key).sort(), [...keys].sort());
    assert.equal(manifest.state, "ready");
    assert.equal(problems("manifest", manifest, true), null);
    assert.equal(problems("outputs-ready", { type: "outputs-ready", ...manifest }, true), null);
    assert.ok(told.includes(`colours.mp4: all of its ${keys.length} outputs are ready`), told.join("\n"));
  });
});
