import assert from "node:assert/strict";
import type { Deployment } from "../../testkit/engine/deployment";
import { listingOf } from "../../testkit/engine/listing";
import { ownName } from "../../testkit/engine/state";
import { describeEngine } from "./describeEngine";
import { Stage } from "./stage";

describeEngine("what goes wrong", () => {
  let stage: Stage;
  let deployment: Deployment;
  before(async () => {
    stage = await Stage.open();
  });
  beforeEach(() => {
    deployment = stage.deployment();
  });
  after(() => stage.close());

  /** What `pulumi up` says, which must create nothing. */
  const refused = async (): Promise<string[]> => {
    stage.providers.log.clear();
    const { error, messages } = await deployment.run("up", stage.clone.folder);
    assert.notEqual(error, undefined);
    assert.deepEqual(stage.providers.log.changes(), [], "something was created before the program stopped");
    // Of an inline program, the engine and the command line tell the same.
    return [...new Set(messages)];
  };

  it("is a wrong configuration: nothing is created, and one message names all that is wrong", async () => {
    deployment.config = { thumbnailWidth: -1, thumbnailFormat: "gif", taskMemory: 513 };
    const messages = await refused();
    assert.equal(messages.length, 1, messages.join("\n"));
    for (const key of ["thumbnailWidth", "thumbnailFormat", "taskMemory"])
      assert.match(messages[0]!, new RegExp(key));
  });

  it("is Docker that does not run: nothing is created, and one message says what to do", async () => {
    deployment.hasDocker = false;
    const messages = await refused();
    assert.equal(messages.length, 1, messages.join("\n"));
    assert.match(messages[0]!, /Docker is not running.*imageUri/s);
  });

  it("is AWS in the middle: the next `pulumi up` goes on from there, and ends with the same stack", async () => {
    const refusals = [
      "Cluster workers",
      "RolePolicy onVideoUploaded",
      "TaskDefinition worker",
      "BucketNotification videos",
    ];
    for (const [index, refused] of refusals.entries()) {
      // What comes later is refused too: the engine goes on with what does not wait for the one that failed.
      const refusedNow = refusals.slice(index);
      stage.providers.aws.fault = ({ type, name }) =>
        refusedNow.includes(`${type.split(":").at(-1) ?? ""} ${ownName(name)}`)
          ? "ThrottlingException: Rate exceeded"
          : undefined;
      const { error, messages } = await deployment.run("up", stage.clone.folder);
      assert.notEqual(error, undefined, `${refused} was created all the same`);
      assert.ok(
        messages.some((message) => message.includes("ThrottlingException")),
        messages.join("\n"),
      );
    }
    stage.providers.aws.fault = () => undefined;
    const mended = await stage.up(deployment);
    stage.requireNothingForgotten(mended);
    const elsewhere = await stage.up(stage.deployment({}, "dev", "bob"));
    assert.equal(listingOf(mended.resources), listingOf(elsewhere.resources));
  });
});
