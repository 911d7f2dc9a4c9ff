import assert from "node:assert/strict";
import type { StateResource } from "../../testkit/engine/operation";
import { label, nameOf, ownNameOf, StackState } from "../../testkit/engine/state";

/** That each resource of `later` is created only after all of `earlier`. */
interface Order {
  later: [typeEnd: string, name?: string];
  earlier: (later: StateResource, state: StackState) => StateResource[];
  why: string;
}

const orders: readonly Order[] = [
  {
    later: ["BucketNotification"],
    earlier: (_, state) =>
      state
        .all("lambda/permission:Permission")
        .filter(({ inputs }) => inputs?.["principal"] === "s3.amazonaws.com"),
    why: "S3 refuses to notify a Lambda that it may not call: give it dependsOn",
  },
  {
    later: ["BucketPolicy"],
    earlier: (_, state) => state.all("BucketPublicAccessBlock"),
    why: "S3 refuses a public policy as long as the block stands: give it dependsOn",
  },
  {
    later: ["EventTarget"],
    earlier: (later, state) => state.all("lambda/permission:Permission", ownNameOf(later)),
    why: "events would be lost between a target and the permission to call it: give the target dependsOn",
  },
  {
    later: ["ecs/service:Service"],
    earlier: (_, state) => [
      ...state.all("ClusterCapacityProviders"),
      ...state.all("ec2/route:Route"),
      ...state.all("RouteTableAssociation"),
      ...state.all("VpcEndpoint"),
      ...state
        .all("iam/rolePolicy:RolePolicy")
        .filter((one) => ["task", "execution"].includes(ownNameOf(one))),
      ...state.all("cloudwatch/logGroup:LogGroup", "workers"),
    ],
    why: "its tasks start at once, and find no way to ECR, no right or no log: use an output that is known only then",
  },
  {
    later: ["lambda/function:Function"],
    earlier: (later, state) => [
      ...state.all("iam/rolePolicy:RolePolicy", ownNameOf(later)),
      ...state.all("cloudwatch/logGroup:LogGroup", ownNameOf(later)),
    ],
    why: "a Lambda without its rights fails, and one without its log group makes one that is kept for ever",
  },
  {
    later: ["lambda/function:Function", "onVideoUploaded"],
    earlier: (_, state) => [
      ...state.all("ClusterCapacityProviders"),
      ...state.all("ecs/taskDefinition:TaskDefinition"),
      ...state.all("ec2/route:Route"),
    ],
    why: "it starts workers, which need all of this: use an output that is known only then",
  },
  {
    later: ["ecs/taskDefinition:TaskDefinition"],
    earlier: (_, state) => [
      ...state.all("docker-build:index:Image"),
      ...state
        .all("iam/rolePolicy:RolePolicy")
        .filter((one) => ["task", "execution"].includes(ownNameOf(one))),
    ],
    why: "a task needs its image and its rights",
  },
  {
    later: ["sqs/redriveAllowPolicy:RedriveAllowPolicy", "failed-jobs"],
    earlier: (_, state) => state.all("sqs/queue:Queue", "jobs"),
    why: "it names the queue whose messages come here",
  },
];

/** That whatever AWS needs first is there first, whichever way the engine happens to take. */
export function requireOrder(resources: StateResource[]): void {
  const state = new StackState(resources);
  for (const { later, earlier, why } of orders) {
    for (const one of state.all(...later)) {
      const before = state.before(one);
      const tooLate = earlier(one, state).filter((needed) => !before.has(needed));
      assert.deepEqual(tooLate.map(label), [], `${label(one)} does not wait for these; ${why}.`);
    }
  }
}

/** That every resource of AWS is our provider's, and has the stack's tags where it can have any. */
export function requireTags(resources: StateResource[], stack: string): void {
  const ours = resources.find((one) => one.type === "pulumi:providers:aws" && nameOf(one) === "aws");
  for (const one of resources.filter(({ type }) => type.startsWith("aws:"))) {
    assert.equal(
      one.provider,
      `${ours?.urn ?? ""}::${ours?.id ?? ""}`,
      `${label(one)} has another provider than the program's, so no tags and perhaps another region: pass it as the ` +
        "option `provider`, or `parent`.",
    );
    const { tagsAll } = one.outputs as { tagsAll?: Record<string, string> };
    if (tagsAll === undefined) continue;
    const { project, stack: tagged } = tagsAll;
    assert.deepEqual(
      [project, tagged],
      ["video-thumbnailer", stack],
      `${label(one)} lacks the stack's tags.`,
    );
  }
}
