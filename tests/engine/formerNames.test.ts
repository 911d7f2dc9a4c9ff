import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Deployment } from "../../testkit/engine/deployment";
import type { StateResource } from "../../testkit/engine/operation";
import { nameOf } from "../../testkit/engine/state";
import { describeEngine } from "./describeEngine";
import { changes, Stage, wentWell } from "./stage";

const component = "video-thumbnailer:index:VideoThumbnailer";

describeEngine("a stack that was deployed before there was a component", () => {
  let stage: Stage;
  let deployment: Deployment;
  before(async () => {
    stage = await Stage.open();
    deployment = stage.deployment({ storyboard: true, removeThumbnails: true });
    await stage.up(deployment);
  });
  after(() => stage.close());

  it("keeps all that it has: the component takes it over, and nothing is made, replaced or deleted", async () => {
    const file = path.join(stage.folder, "alice/state/.pulumi/stacks/video-thumbnailer/dev.json");
    const state = JSON.parse(readFileSync(file, "utf8")) as State;
    const { resources } = state.checkpoint.latest;
    const renamed = new Map(resources.map((resource) => [resource.urn, formerUrn(resource)]));
    const before = resources.filter(({ type }) => type !== component);
    state.checkpoint.latest.resources = before;
    writeFileSync(
      file,
      JSON.stringify(
        state,
        (_key, value: unknown) => (typeof value === "string" && renamed.get(value)) || value,
      ),
    );
    const former = wentWell(await deployment.run("preview", stage.clone.folder));
    assert.deepEqual(changes(former), ["create VideoThumbnailer thumbnailer"]);
    stage.providers.log.clear();
    const taken = await stage.up(deployment);
    assert.deepEqual(stage.providers.log.changes(), []);
    assert.deepEqual(taken.resources.map(nameOf).sort(), resources.map(nameOf).sort());
    assert.deepEqual(await stage.preview(deployment), []);
  });
});

interface State {
  checkpoint: { latest: { resources: StateResource[] } };
}

/** Where version 0.1 had a resource: directly in the stack, without the component's name before its own. */
function formerUrn(resource: StateResource): string {
  const [prefix, types = "", name] =
    /^(urn:pulumi:.*?::.*?::)(.*?)::(.*)$/.exec(resource.urn)?.slice(1) ?? [];
  if (resource.type === component)
    return resource.urn.replace(/::[^:]*:index:.*$/, "::pulumi:pulumi:Stack::video-thumbnailer-dev");
  if (resource.type === "aws:ec2/vpcEndpoint:VpcEndpoint")
    return `${prefix ?? ""}video-thumbnailer:infra:Network$awsx:ec2:Vpc$aws:ec2/vpc:Vpc$${resource.type}::com.amazonaws.eu-west-1.s3`;
  return `${prefix ?? ""}${types.replace(`${component}$`, "")}::${formerName(resource.type, name ?? "")}`;
}

function formerName(type: string, name: string): string {
  const components: Record<string, string> = {
    Dashboard: "dashboard",
    Functions: "functions",
    Image: "image",
    Jobs: "jobs",
    LogMetrics: "dashboard",
    Monitoring: "monitoring",
    Network: "network",
    Storage: "storage",
    Workers: "workers",
  };
  return name === "thumbnailer"
    ? (components[type.split(":")[2] ?? ""] ?? name)
    : name.replace(/^thumbnailer-/, "");
}
