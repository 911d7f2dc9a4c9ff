import assert from "node:assert/strict";
import type { Deployment } from "../../testkit/engine/deployment";
import type { OperationReply } from "../../testkit/engine/operation";
import { describeEngine } from "./describeEngine";
import { requireOrder, requireTags } from "./rules";
import { Stage } from "./stage";

describeEngine("two components in one program", () => {
  let stage: Stage;
  let deployment: Deployment;
  let deployed: OperationReply;
  before(async () => {
    stage = await Stage.open();
    stage.clone.edit("index.ts", (text) =>
      text.replace(
        "/** The stack's outputs. */",
        `new VideoThumbnailer("films", { thumbnailWidth: 640, storyboard: true, removeThumbnails: true });\n\n$&`,
      ),
    );
    deployment = stage.deployment({ storyboard: true, removeThumbnails: true });
    deployed = await stage.up(deployment);
  });
  after(() => stage.close());

  /** The second one, which has the program's default provider; the first one has the program's own. */
  const isOfFilms = ({ urn }: { urn: string }) => /::films(-|$)/.test(urn);

  it("have all their own, and none of it twice", async () => {
    assert.deepEqual(deployed.messages, []);
    stage.requireNothingForgotten(deployed);
    const ofAws = deployed.resources.filter(({ type }) => type.startsWith("aws:"));
    assert.equal(ofAws.filter(isOfFilms).length, ofAws.length / 2);
    assert.deepEqual(await stage.preview(deployment), []);
  });

  it("are each made in order, and tagged", () => {
    const first = deployed.resources.filter((one) => !isOfFilms(one));
    requireOrder(first);
    requireTags(first, "dev");
    const untagged = deployed.resources.filter(isOfFilms).filter(({ outputs }) => {
      const { tagsAll } = (outputs ?? {}) as { tagsAll?: Record<string, string> };
      return tagsAll !== undefined && tagsAll["stack"] !== "dev";
    });
    assert.deepEqual(untagged, []);
  });
});
