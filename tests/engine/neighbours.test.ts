import assert from "node:assert/strict";
import type { StateResource } from "../../testkit/engine/operation";
import { describeEngine } from "./describeEngine";
import { Stage } from "./stage";

describeEngine("stacks in one account", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  it("share no name, neither two stacks nor two people's of one name", async () => {
    const first = await stage.up(stage.deployment({}, "dev", "alice"));
    const second = await stage.up(stage.deployment({}, "prod", "alice"));
    const others = await stage.up(stage.deployment({}, "dev", "bob"));
    const names = [first, second, others].map(({ resources }) => namesOf(resources));
    for (const [index, own] of names.entries()) {
      for (const other of names.slice(index + 1)) {
        assert.deepEqual(
          [...own].filter((name) => other.has(name)),
          [],
          "another stack has these names too: let Pulumi name the resource, or use the workers' uniqueName",
        );
      }
    }
    stage.requireNothingForgotten(first, second, others);
  });
});

/** What of a resource's inputs is a name in the account. */
const naming = ["name", "bucket", "family", "dashboardName", "statementId"];

/** All names of a stack, its resources' ids among them. */
function namesOf(resources: StateResource[]): Set<string> {
  return new Set(
    resources
      .filter(({ type }) => type.startsWith("aws:"))
      .flatMap(({ type, id, inputs = {}, outputs = {} }) => {
        // A metric of one's own has its name in a namespace.
        const inside = (inputs["metricTransformation"] ?? {}) as Record<string, unknown>;
        const own = naming.map((input) => inputs[input]).concat(inside["namespace"]);
        return [id, outputs["arn"], ...own].flatMap((name) =>
          typeof name === "string" ? `${type} ${name}` : [],
        );
      }),
  );
}
