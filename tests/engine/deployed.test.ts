import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Deployment } from "../../testkit/engine/deployment";
import { listingOf } from "../../testkit/engine/listing";
import type { OperationReply } from "../../testkit/engine/operation";
import { describeEngine } from "./describeEngine";
import { requireOrder, requireTags } from "./rules";
import { changes, Stage, wentWell } from "./stage";

const listing = path.join(__dirname, "resources.yaml");

describeEngine("the program as configured by default", () => {
  let stage: Stage;
  let deployment: Deployment;
  let deployed: OperationReply;

  before(async () => {
    stage = await Stage.open();
    deployment = stage.deployment();
    const preview = wentWell(await deployment.run("preview", stage.clone.folder));
    assert.deepEqual(new Set(preview.steps.map(({ op }) => op)), new Set(["create"]));
    assert.deepEqual(stage.providers.account.all(), [], "a preview created something");
    deployed = await stage.up(deployment);
  });
  after(() => stage.close());

  it("is created without a warning, and all of it is what the state knows of", () => {
    assert.deepEqual(deployed.messages, []);
    stage.requireNothingForgotten(deployed);
  });

  it("has the resources that are listed in resources.yaml", () => {
    const now = listingOf(deployed.resources);
    if (process.argv.includes("--update")) writeFileSync(listing, now);
    const file = path.join(stage.folder, "resources.yaml");
    writeFileSync(file, now);
    const { status, stdout, stderr } = spawnSync("git", ["diff", "--no-index", "--no-color", listing, file], {
      encoding: "utf8",
    });
    assert.ok(
      status === 0,
      `The program registers something else than ${listing} lists. If that is meant, ` +
        `\`npm run test:engine -- --update\` writes it anew, for the commit to show.\n${stdout}${stderr}`,
    );
  });

  it("creates each resource after all that AWS needs for it", () => {
    requireOrder(deployed.resources);
  });

  it("gives all that it creates to the program's provider, with the stack's tags", () => {
    requireTags(deployed.resources, "dev");
  });

  it("changes nothing the second time", async () => {
    const why = "something in these differs from one run to the next, as the time does: take it out";
    assert.deepEqual(await stage.preview(deployment), [], why);
    assert.deepEqual(await stage.changesOf(() => stage.up(deployment)), [], why);
  });

  it("changes nothing from another clone at another path", async () => {
    const elsewhere = stage.clone.cloneTo(path.join(stage.folder, "another", "clone"));
    const why = "something in these names the clone's folder: make it relative to the project";
    assert.deepEqual(await stage.preview(deployment, elsewhere.folder), [], why);
  });

  it("changes nothing after an empty commit and a comment in a handler and in the program", async () => {
    stage.clone.commit("Empty");
    stage.clone.edit("handlers/superviseWorkers.ts", (text) => `${text}\n// A comment.\n`);
    stage.clone.edit("index.ts", (text) => `// A comment.\n${text}`);
    stage.clone.commit("Comments");
    const why = "something in these depends on the last commit, or on text that does nothing";
    assert.deepEqual(await stage.preview(deployment), [], why);
  });

  it("updates one Lambda, in place, when its handler alone has changed", async () => {
    stage.clone.edit("handlers/onThumbnailCreated.ts", (text) =>
      text.replace(/(return async [^{]*\{)/, '$1\n    console.log("changed");'),
    );
    stage.clone.commit("A change of onThumbnailCreated");
    assert.deepEqual(await stage.changesOf(() => stage.up(deployment)), [
      "update Function onThumbnailCreated",
    ]);
  });

  it("makes a new revision of the task definition for a new image, and deletes the old one when nobody names it", async () => {
    stage.clone.edit("worker/main.ts", (text) => `${text}\n// Another image.\n`);
    stage.clone.commit("A change of the worker");
    const before = new Map(stage.providers.account.all().map((one) => [one.id, one]));
    const changed = await stage.changesOf(() => stage.up(deployment));
    assert.deepEqual(changed.slice(0, 2), ["update Image worker", "create TaskDefinition worker"]);
    assert.deepEqual(changed.slice(2, -1).sort(), [
      "update Function onVideoUploaded",
      "update Function superviseWorkers",
      "update Service warm",
    ]);
    assert.equal(changed.at(-1), "delete TaskDefinition worker");
    const [definition] = stage.providers.account.all("aws:ecs/taskDefinition:TaskDefinition");
    const { family, revision } = definition!.outputs as { family: string; revision: number };
    assert.equal(revision, 2);
    assert.equal(before.get(definition!.id)?.outputs["family"], family);
    assert.equal(
      stage.providers.account.images.size,
      2,
      "the image before it stays for tasks that start from it",
    );
  });

  it("still knows all that exists, and nothing else, and changes no more", async () => {
    const again = await stage.up(deployment);
    assert.deepEqual(changes(again), []);
    stage.requireNothingForgotten(again);
  });
});
