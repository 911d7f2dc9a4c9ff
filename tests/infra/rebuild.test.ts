import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Image } from "../../infra/image/image";
import { imageBuild, imageBuildArguments } from "../../infra/image/imageBuild";

describe("the image, built anew", () => {
  const dockerfile = readFileSync(path.resolve(__dirname, "../..", imageBuild.dockerfile), "utf8");
  const stages = dockerfile.split(/^(?=FROM )/m).slice(1);

  it("is built with another argument, and with the same one as long as the setting is the same", () => {
    assert.notDeepEqual(imageBuildArguments("2026-11-24"), imageBuildArguments());
    assert.deepEqual(imageBuildArguments("2026-11-24"), imageBuildArguments("2026-11-24"));
    assert.equal(imageBuildArguments("2026-11-24").REFRESH, "2026-11-24");
  });

  it("is built with the setting, and is the same resource, so that the image before it is not deleted", async function () {
    this.timeout(60_000);
    const images: Record<string, Record<string, unknown>> = {};
    await pulumi.runtime.setMocks({
      newResource({ type, name, inputs }) {
        if (type === "awsx:ecr:Image") images[name] = inputs as Record<string, unknown>;
        return { id: name, state: {} };
      },
      call: () => ({}),
    });
    const settings = {
      architecture: "X86_64",
      imageRefresh: "2026-11-24",
      kmsKeyArn: undefined,
      imageUri: undefined,
    } as const;
    const image = new Image("image", settings);
    await new Promise((resolve) => image.urn.apply(resolve));
    await pulumi.runtime.disconnect();
    assert.deepEqual(images["image-worker"]?.["args"], imageBuildArguments("2026-11-24"));
    assert.equal(images["image-worker"]["imageTag"], "image-worker");
  });

  // Docker takes a RUN from its cache unless an argument changed that is declared above it in its stage.
  // https://docs.docker.com/reference/dockerfile/#impact-on-build-caching
  it("asks Debian anew in each stage that takes packages from it", () => {
    const asking = stages.filter((stage) => /\bapt-get update\b/.test(stage));
    assert.equal(asking.length, 2);
    for (const stage of asking) {
      const [beforeApt = ""] = stage.split(/\bapt-get update\b/);
      assert.match(beforeApt, /^ARG REFRESH$[^]*^RUN [^]*$/m, stage.split("\n")[0]);
    }
  });

  // Measured with BuildKit: the cache that awsx writes into an image is that of its own layers and of no other stage's.
  it("builds the worker alone on a machine that has built nothing yet: what is made with it needs the image's own layers", () => {
    const stage = (name: string) =>
      stages.find((text) => new RegExp(`^FROM \\S+ AS ${name}$`, "m").test(text)) ?? "";
    const sources = (text: string) => [...text.matchAll(/--from=(\S+)/g)].map(([, from]) => from);
    assert.match(stages.at(-1) ?? "", /^FROM platform$/m);
    assert.match(stage("platform"), /^FROM scratch /);
    assert.deepEqual(sources(stage("platform")), ["root", "node", "ffmpeg"]);
    assert.deepEqual(sources(stage("sbom")), ["platform"]);
  });
});
