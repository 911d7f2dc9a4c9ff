import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { evaluateProgram } from "../../local/program/program";
import { readStackConfig } from "../../local/program/stackConfig";
import { everyFault } from "../faults/everyFault";
import { accountPolicies, accountSettings, bucketPolicies } from "./customer";
import { describeIam } from "./describeIam";
import { anonymous, awsCalls } from "./judge/awsCalls";
import { registeredPolicies } from "./judge/policies";
import { anyone } from "./judge/simulator";
import { roleOf } from "./judge/record";
import { trespassesBeside } from "./judge/trespasses";
import { tryMutants, wrongVerdicts, type Case } from "./judge/verdicts";
import { JudgedStage, smallVideo } from "./judgedStage";
import { verbs } from "../../ops/arguments";
import { tellsOfManifests, administrator, operatorPolicies } from "./operators";
import { everydayLife, everySetting, removals } from "./stories";

const projectDirectory = path.resolve(__dirname, "..", "..");

/** One of which nobody knows whether S3 has an endpoint in it. */
const existingNetwork = { vpcId: "vpc-0team", subnetIds: '["subnet-0team"]', assignPublicIp: "false" };

for (const [title, config, account] of [
  ["as the settings are by default", {}, undefined],
  ["with every setting that brings rights", everySetting, undefined],
  [
    "with every setting, a customer's key, and the account's boundary on roles under its path",
    { ...everySetting, ...accountSettings },
    accountPolicies(),
  ],
  [
    "on an existing bucket, with prefixes and removeThumbnails",
    { bucketName: "media", prefixes: '["uploads/","more/"]', removeThumbnails: "true" },
    bucketPolicies("media"),
  ],
  ["with outputs in an existing bucket", { outputBucketName: "pictures" }, bucketPolicies("pictures")],
  [
    "with every setting, on two existing buckets and in an existing network",
    { ...everySetting, bucketName: "media", outputBucketName: "pictures", ...existingNetwork },
    bucketPolicies("media", "pictures"),
  ],
] as const) {
  describeIam(`IAM's verdict on a stack ${title}`, function () {
    this.timeout(300_000);
    let judged: JudgedStage;
    let cases: Case[];

    before(async () => {
      const video = smallVideo();
      judged = await JudgedStage.start(config, undefined, account);
      try {
        await everydayLife(judged, video);
        if ("removeThumbnails" in config) await removals(judged, video);
      } finally {
        await judged.stage.stop();
      }
      const stack = await readStackConfig(projectDirectory, config);
      const request = { ...stack, config: stack.values, queueEndpoint: "http://127.0.0.1:1" };
      const { resources: others } = await evaluateProgram(projectDirectory, request);
      const { cloud, policies, record } = judged;
      const { resources } = cloud;
      const done = [...record.all, ...awsCalls(resources, cloud.region)].map(({ request }) => request);
      const { prefixes } = cloud.videoKeys;
      const trespasses = trespassesBeside(done, { resources, others, policies, prefixes });
      cases = [
        ...done.map((call) => ({ request: call, what: roleOf(call), isAllowed: true })),
        ...trespasses.map((trespass) => ({ ...trespass, isAllowed: false })),
      ];
    });

    it("lets the pipeline and the operator's commands do what they do", () => {
      assert.deepEqual(judged.record.errors, []);
      assert.deepEqual(
        judged.record.denied.map(
          ({ request, denial }) => `${request.principal} ${request.action} ${denial ?? ""}`,
        ),
        [],
      );
      const calls = judged.record.all.reduce((sum, { count }) => sum + count, 0);
      const sorts = new Set(
        judged.record.all.map(({ request }) => `${roleOf(request)} ${request.action} ${request.resource}`),
      );
      console.log(`      ${calls} calls judged, ${sorts.size} of different role, action or resource`);
    });

    it("lets AWS's services do what they do for it; and nobody else, elsewhere or without TLS, anything", async () => {
      const wrong = await wrongVerdicts(cases, judged.policies);
      assert.deepEqual([...new Set(wrong)], []);
      console.log(`      ${cases.filter(({ isAllowed }) => !isAllowed).length} trespasses refused`);
    });

    it("changes when any statement, action, resource or condition is missing: nothing is granted in vain", async () => {
      const { caught, missed, saidTwice } = await tryMutants(cases, judged.policies);
      console.log(`      ${caught.length} of ${caught.length + missed.length} mutations caught`);
      for (const reason of new Set(saidTwice.map((mutant) => mutant.saidTwice)))
        console.log(
          `      ${saidTwice.filter((one) => one.saidTwice === reason).length} not counted: ${reason ?? ""}`,
        );
      const unused = missed.map(
        ({ what }) => `${what}: no call needs it. Take it away, or have a story make the call.`,
      );
      assert.deepEqual(unused, []);
    });

    it("gives an operator of each command the rights that its documentation names", () => {
      const page = readFileSync(path.join(projectDirectory, "docs", "operating.md"), "utf8");
      const table = page.slice(page.indexOf("## What the operator may need to do in AWS"));
      const isOnExisting = judged.cloud.existing.length > 0;
      for (const verb of verbs.filter((one) => isOnExisting || one !== "enable-events")) {
        const row = new RegExp(`^\\| \`${verb}\` .*$`, "m").exec(table)?.[0] ?? "";
        // A stack that makes thumbnails alone has no manifests.
        const named = tellsOfManifests(judged.cloud.resources) ? row : row.replace(/; with more than.*$/, "");
        const documented = [...named.matchAll(/`([a-z0-9]+:[A-Za-z]+)`/g)].map(([, action]) => action);
        const given = operatorPolicies(judged.cloud.resources)
          .filter(({ owner }) => owner.startsWith(`operator of ${verb}`))
          .flatMap(({ policy }) => policy.Statement.flatMap(({ Action }) => Action))
          // On a customer's key: docs/security.md.
          .filter((action) => !action.startsWith("kms:"));
        assert.deepEqual([...new Set(documented)].sort(), [...new Set(given)].sort(), verb);
      }
    });

    it("names each action that a role may do", () => {
      const wide = judged.policies
        .filter((policy) => policy.kind === "identity" && policy !== administrator)
        .flatMap(({ owner, policy }) =>
          policy.Statement.flatMap(({ Action }) => [Action].flat())
            .filter((action) => /[*?]/.test(action))
            .map((action) => `${owner} may do ${action}: name the actions that it does.`),
        );
      assert.deepEqual(wide, []);
    });
  });
}

describeIam("IAM's verdict on a stack with publicThumbnails", () => {
  for (const [what, extras, publicObjects] of [
    ["thumbnails", {}, 1],
    ["thumbnails and extras", { preview: "true" }, 2],
  ] as const)
    it(`lets anyone read ${what} with TLS, and do nothing else`, async function () {
      this.timeout(120_000);
      const stack = await readStackConfig(projectDirectory, { publicThumbnails: "true", ...extras });
      const request = { ...stack, config: stack.values, queueEndpoint: "http://127.0.0.1:1" };
      const { resources } = await evaluateProgram(projectDirectory, request);
      const views = awsCalls(resources, stack.region).filter(
        ({ request: { principal } }) => principal === anyone,
      );
      assert.equal(views.length, publicObjects);
      const policies = registeredPolicies(resources);
      const refused = views.flatMap(({ request: view }) => [
        anonymous(view.action, view.resource.replace(/(thumb|extras)\//, "")),
        anonymous("s3:PutObject", view.resource),
        anonymous("s3:ListBucket", view.resource.split("/")[0]!),
        { ...view, context: { "aws:SecureTransport": "false" } },
      ]);
      const extra = anonymous("s3:GetObject", views[0]!.request.resource.replace("thumb/", "extras/"));
      if (publicObjects === 1) refused.push(extra);
      const wrong = await wrongVerdicts(
        [
          ...views.map(({ request: view }) => ({ request: view, what: "anyone", isAllowed: true })),
          ...refused.map((request) => ({ request, what: "anyone", isAllowed: false })),
        ],
        policies,
      );
      assert.deepEqual(wrong, []);
    });
});

describeIam("IAM's verdict while all goes wrong", function () {
  this.timeout(300_000);

  it("denies nothing that workers and Lambdas do then", async () => {
    const config = { maxWorkers: "4", warmWorkers: "1", spot: "true" };
    const judged = await JudgedStage.start(config, everyFault);
    try {
      await judged.stage.upload(
        Array.from({ length: 10 }, (_, index) => `video${index}.mp4`),
        smallVideo(),
      );
      await judged.stage.verdicts();
      await judged.stage.until(async () => (await judged.stage.jobsLeft()) === 0);
    } finally {
      await judged.stage.stop();
    }
    assert.deepEqual(judged.record.errors, []);
    assert.deepEqual(judged.record.denied, []);
    console.log(`      ${judged.record.all.reduce((sum, { count }) => sum + count, 0)} calls judged`);
  });
});
