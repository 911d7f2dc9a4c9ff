import assert from "node:assert/strict";
import { requestOf, requestOfService } from "../../local/services/authorizer";
import { localAccount } from "../../local/program/resourceOutputs";
import type { Resource } from "../../local/program/resources";
import { describeIam } from "./describeIam";
import type { OwnedPolicy } from "./judge/policies";
import type { Statement } from "./judge/simulator";
import { trespassesBeside } from "./judge/trespasses";
import { tryMutants, wrongVerdicts, type Case } from "./judge/verdicts";

const queue = `arn:aws:sqs:eu-west-1:${localAccount}:jobs`;
const bucket = "arn:aws:s3:::videos-aaaaaaa";
const role = `arn:aws:iam::${localAccount}:role/handler`;

const send: Statement = { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue };
const tlsOnly: Statement = {
  Effect: "Deny",
  Principal: "*",
  Action: "sqs:*",
  Resource: queue,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const forBucket: Statement = {
  Effect: "Allow",
  Principal: { Service: "s3.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: queue,
  Condition: { ArnEquals: { "aws:SourceArn": bucket }, StringEquals: { "aws:SourceAccount": localAccount } },
};

const ofRole = requestOf(
  { roleArn: role, sessionName: "handler", region: "eu-west-1" },
  { action: "sqs:SendMessage", resource: queue },
);
const ofBucket = requestOfService({
  service: "s3.amazonaws.com",
  action: "sqs:SendMessage",
  resource: queue,
  account: localAccount,
  sourceArn: bucket,
  tellsAccount: true,
});

/** A role that sends to a queue, and a bucket that does. */
function policiesWith(ofHandler: Statement[], ofQueue: Statement[]): OwnedPolicy[] {
  const policy = (Statement: Statement[]) => ({ Version: "2012-10-17", Statement });
  return [
    { kind: "identity", owner: "role handler", arn: role, policy: policy(ofHandler) },
    { kind: "resource", owner: "queue jobs", arn: queue, policy: policy(ofQueue) },
  ];
}

const rule = (name: string) => `arn:aws:events:eu-west-1:${localAccount}:rule/${name}`;

function bucketCalled(id: string): Resource {
  const registered = { provider: "", dependencies: [], deletedWith: "", urn: id, inputs: {}, state: {} };
  return { ...registered, type: "aws:s3/bucket:Bucket", name: "videos", id };
}

/** What is reported of these policies: wrong verdicts, and parts that no call needs. */
async function reports(policies: OwnedPolicy[]): Promise<{ wrong: string[]; unused: string[] }> {
  const calls = [ofRole, ofBucket];
  const cases: Case[] = [
    ...calls.map((request) => ({ request, what: "", isAllowed: true })),
    ...trespassesBeside(calls, {
      resources: [bucketCalled("videos-aaaaaaa")],
      others: [bucketCalled("videos-bbbbbbb")],
      policies,
    }).map((trespass) => ({ ...trespass, isAllowed: false })),
  ];
  const { missed } = await tryMutants(cases, policies);
  return { wrong: await wrongVerdicts(cases, policies), unused: missed.map(({ what }) => what) };
}

describeIam("The judge of rights", () => {
  it("has nothing to say of policies that allow what is done, and no more", async () => {
    const reported = await reports(policiesWith([send], [tlsOnly, forBucket]));
    assert.deepEqual(reported, { wrong: [], unused: [] });
  });

  it("reports a right that nobody uses", async () => {
    const wide: Statement = { Effect: "Allow", Action: ["ecs:StopTask", "ecs:ListTasks"], Resource: "*" };
    const { unused } = await reports(policiesWith([send, wide], [tlsOnly, forBucket]));
    assert.deepEqual(unused, [
      "identity policy of role handler without statement 1 (ecs:StopTask, ecs:ListTasks)",
      "identity policy of role handler without action ecs:StopTask (ecs:StopTask, ecs:ListTasks)",
      "identity policy of role handler without action ecs:ListTasks (ecs:StopTask, ecs:ListTasks)",
    ]);
  });

  it("reports a right that is missing, with the call that needs it", async () => {
    const { wrong } = await reports(policiesWith([], [tlsOnly, forBucket]));
    assert.deepEqual(wrong, [
      `${role} may not do sqs:SendMessage on ${queue}, which it does: give it the right, on this resource alone.`,
    ]);
  });

  it("reports a rule whose undelivered events a queue takes, and that never has any", async () => {
    const forRules: Statement = {
      ...forBucket,
      Principal: { Service: "events.amazonaws.com" },
      Condition: { ArnEquals: { "aws:SourceArn": [rule("uploads"), rule("idle")] } },
    };
    const sent = requestOfService({
      ...{ service: "events.amazonaws.com", action: "sqs:SendMessage", resource: queue },
      ...{ account: localAccount, sourceArn: rule("uploads"), tellsAccount: false },
    });
    const policies = policiesWith([send], [tlsOnly, forRules]);
    const { missed } = await tryMutants([{ request: sent, what: "", isAllowed: true }], policies);
    const what = missed.map((mutant) => mutant.what).filter((one) => one.includes("aws:SourceArn arn:"));
    assert.deepEqual(what, [
      `resource policy of queue jobs without condition ArnEquals aws:SourceArn ${rule("idle")} (sqs:SendMessage)`,
    ]);
  });

  for (const [title, allowed, report] of [
    ["that may read another bucket", ["arn:aws:s3:::*"], "in the bucket media-of-others may do s3:GetObject"],
    [
      "that may read all of a bucket",
      ["arn:aws:s3:::media/*"],
      "beside the videos' prefixes may do s3:GetObject",
    ],
  ] as const) {
    it(`reports a role ${title}, though it works on a part of one`, async () => {
      const read: Statement = { Effect: "Allow", Action: "s3:GetObject", Resource: [...allowed] };
      const policies = policiesWith([read], [tlsOnly]);
      const call = requestOf(
        { roleArn: role, sessionName: "handler", region: "eu-west-1" },
        { action: "s3:GetObject", resource: "arn:aws:s3:::media/uploads/cat.mp4" },
      );
      const beside = trespassesBeside([call], {
        resources: [],
        others: [],
        policies,
        prefixes: ["uploads/"],
      });
      const tried = beside.map((trespass) => ({ ...trespass, isAllowed: false }));
      const wrong = await wrongVerdicts(tried, policies);
      assert.ok(
        wrong.some((one) => one.startsWith(`${role} ${report} `)),
        wrong.join("\n"),
      );
    });
  }

  for (const [title, ofQueue, report] of [
    [
      "that a service may write to for any account",
      [tlsOnly, { ...forBucket, Condition: {} }],
      "s3.amazonaws.com for another account, to queue jobs ",
    ],
    [
      "that a service may write to for any bucket of the account",
      [tlsOnly, { ...forBucket, Condition: { StringEquals: { "aws:SourceAccount": localAccount } } }],
      "s3.amazonaws.com for another stack ",
    ],
    ["that takes plain text", [forBucket], `${role} without TLS `],
  ] as [string, Statement[], string][]) {
    it(`reports a queue ${title}`, async () => {
      const { wrong } = await reports(policiesWith([send], ofQueue));
      assert.ok(
        wrong.some((one) => one.startsWith(report)),
        wrong.join("\n"),
      );
    });
  }
});
