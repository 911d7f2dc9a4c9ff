import assert from "node:assert/strict";
import path from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { evaluateProgram } from "../../local/program/program";
import { readStackConfig } from "../../local/program/stackConfig";
import { accountPolicies, accountSettings } from "./customer";
import { describeIam } from "./describeIam";
import { awsCalls } from "./judge/awsCalls";
import { registeredPolicies } from "./judge/policies";
import { wrongVerdicts } from "./judge/verdicts";
import { JudgedStage, smallVideo } from "./judgedStage";
import { operate } from "./operators";

const account = accountPolicies();

describeIam("A stack in an account that has a key and a boundary", function () {
  this.timeout(180_000);
  let judged: JudgedStage;
  let video: Buffer;

  before(async () => {
    video = smallVideo();
    judged = await JudgedStage.start(accountSettings, undefined, account);
  });
  after(() => judged.stage.stop());

  /** Has the boundary leave these actions out. */
  function leaveOut(...left: string[]): void {
    judged.otherPolicies = judged.policies.map((owned) => {
      if (owned.kind !== "boundary") return owned;
      const Statement = owned.policy.Statement.map((statement) => ({
        ...statement,
        Action: [statement.Action].flat().filter((action) => !left.includes(action)),
      }));
      return { ...owned, policy: { ...owned.policy, Statement } };
    });
    judged.record.calls.clear();
  }

  it("makes a thumbnail under them, which the key encrypts", async () => {
    await judged.stage.upload(["good.mp4"], video);
    assert.deepEqual((await judged.stage.verdicts(["good.mp4"])).get("good.mp4"), {
      thumbnail: "thumb/good.png",
    });
    const services = () => {
      const used = judged.record.all.filter(({ request }) => request.action === "kms:GenerateDataKey");
      return new Set(used.map(({ request }) => request.context["kms:ViaService"]?.split(".")[0]));
    };
    await judged.stage.until(() => ["s3", "sns", "sqs"].every((service) => services().has(service)));
    assert.deepEqual(judged.record.denied, []);
  });

  it("says which right a boundary leaves out that a worker needs, and goes on when it is there", async () => {
    leaveOut("s3:PutObject");
    await judged.stage.upload(["bounded.mp4"], video);
    await judged.stage.until(() =>
      judged.record.denied.some(
        ({ denial }) => denial === "because no permissions boundary allows the s3:PutObject action",
      ),
    );
    judged.otherPolicies = undefined;
    assert.ok("thumbnail" in ((await judged.stage.verdicts(["bounded.mp4"])).get("bounded.mp4") ?? {}));
  });

  it("keeps an upload among the failed events that a boundary lets no Lambda queue, with the right that is missing", async () => {
    await judged.rest();
    leaveOut("ecs:ListTasks");
    const before = await judged.visible("failedEventsQueueUrl");
    await judged.stage.upload(["unqueued.mp4"], video);
    await judged.stage.until(async () => (await judged.visible("failedEventsQueueUrl")) > before);
    judged.otherPolicies = undefined;
    assert.match(
      await operate(judged.cloud, "failed"),
      /is not authorized to perform: ecs:ListTasks .* because no permissions boundary allows/,
    );
    await operate(judged.cloud, "redrive --events", "--yes");
    await judged.stage.verdicts(["unqueued.mp4"]);
  });

  it("fails a video that another key encrypts, at its first try, with the key, the role and the right", async () => {
    const key = "arn:aws:kms:us-east-1:000000000000:key/of-another-team";
    await judged.cloud.clients.s3.send(
      new PutObjectCommand({
        ...{ Bucket: judged.cloud.bucket, Key: "foreign.mp4", Body: video },
        ...{ ServerSideEncryption: "aws:kms", SSEKMSKeyId: key },
      }),
    );
    const verdict = (await judged.stage.verdicts(["foreign.mp4"])).get("foreign.mp4") ?? { failed: "" };
    assert.ok("failed" in verdict, JSON.stringify(verdict));
    assert.match(
      verdict.failed,
      /^encrypted with a KMS key that can not be used: s3:\/\/\S+\/foreign\.mp4: the role thumbnailer-task-\w+ needs kms:Decrypt on arn:aws:kms:us-east-1:000000000000:key\/of-another-team \(/,
    );
  });
});

describeIam("A stack on existing buckets with the account's key", () => {
  it("has all that AWS's services do for it allowed, EventBridge's sending to the encrypted queue, too", async function () {
    this.timeout(60_000);
    const projectDirectory = path.resolve(__dirname, "..", "..");
    const config = { ...accountSettings, bucketName: "media", forceDestroy: "false" };
    const stack = await readStackConfig(projectDirectory, config);
    const request = { ...stack, config: stack.values, queueEndpoint: "http://127.0.0.1:1" };
    const { resources } = await evaluateProgram(projectDirectory, request);
    const calls = awsCalls(resources, stack.region).map(({ request: call }) => call);
    const ofEvents = calls.filter(
      ({ principal, action }) => principal === "events.amazonaws.com" && action.startsWith("kms:"),
    );
    assert.ok(ofEvents.length > 0);
    const policies = registeredPolicies(resources, accountPolicies({ hasExistingBucket: true }));
    const cases = ofEvents.map((call) => ({ request: call, what: "", isAllowed: true }));
    assert.deepEqual(await wrongVerdicts(cases, policies), []);
    const without = registeredPolicies(resources, account);
    assert.equal(new Set(await wrongVerdicts(cases, without)).size, 2);
  });
});
