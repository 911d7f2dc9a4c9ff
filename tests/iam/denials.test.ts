import assert from "node:assert/strict";
import { ECSClient, ListTasksCommand, RunTaskCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { DeleteObjectsCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describeIam } from "./describeIam";
import { mutantsOf } from "./judge/mutants";
import { JudgedStage, smallVideo } from "./judgedStage";
import { operate } from "./operators";

describeIam("A call that IAM denies", function () {
  this.timeout(120_000);
  let judged: JudgedStage;
  let video: Buffer;

  before(async () => {
    video = smallVideo();
    judged = await JudgedStage.start();
  });
  after(() => judged.stage.stop());

  /** Takes a part out of the policies of the roles, functions or queues of which `what` speaks. */
  function take(what: RegExp): void {
    judged.otherPolicies = judged.policies.map((policy) => {
      const mutant = mutantsOf(policy).find((one) => what.test(one.what));
      return mutant === undefined ? policy : mutant.policy;
    });
    assert.notDeepEqual(judged.otherPolicies, judged.policies, `no policy has ${String(what)}`);
    // What others were denied before is no answer.
    judged.record.calls.clear();
  }

  /** Waits until a call is denied, in the words of which `what` speaks. */
  async function denied(what: RegExp): Promise<void> {
    const words = () =>
      judged.record.denied.map(
        ({ request, denial }) => `${request.principal} ${request.action} ${denial ?? ""}`,
      );
    await judged.stage.until(() => words().some((one) => what.test(one)));
  }

  it("fails with the service's own error, which says who may not do what on what", async () => {
    const { cloud } = judged;
    const roles = judged.policies.filter(
      ({ kind, owner }) => kind === "identity" && owner.startsWith("role "),
    );
    assert.equal(roles.length, 5);
    for (const { arn } of roles) {
      const { endpoints, region, credentials } = cloud.as(arn, "trial");
      const options = { region, credentials };
      const s3 = new S3Client({ ...options, endpoint: endpoints.s3 });
      const sqs = new SQSClient({ ...options, endpoint: endpoints.sqs });
      const sns = new SNSClient({ ...options, endpoint: endpoints.sns });
      const ecs = new ECSClient({ ...options, endpoint: endpoints.ecs });
      const QueueUrl = `${endpoints.sqs}/000000000000/jobs-of-others`;
      const object = { Bucket: "videos-of-others", Key: "a.mp4" };
      const TopicArn = `arn:aws:sns:${region}:000000000000:topic-of-others`;
      const cluster = "cluster-of-others";
      const calls: [() => Promise<unknown>, string, number, string][] = [
        [() => s3.send(new GetObjectCommand(object)), "AccessDenied", 403, "s3:GetObject"],
        [() => s3.send(new PutObjectCommand({ ...object, Body: "x" })), "AccessDenied", 403, "s3:PutObject"],
        [
          () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" })),
          "AccessDenied",
          403,
          "sqs:SendMessage",
        ],
        [() => sqs.send(new ReceiveMessageCommand({ QueueUrl })), "AccessDenied", 403, "sqs:ReceiveMessage"],
        [
          () => sns.send(new PublishCommand({ TopicArn, Message: "x" })),
          "AuthorizationErrorException",
          403,
          "sns:Publish",
        ],
        [() => ecs.send(new ListTasksCommand({ cluster })), "AccessDeniedException", 400, "ecs:ListTasks"],
        [
          () => ecs.send(new StopTaskCommand({ cluster, task: "a" })),
          "AccessDeniedException",
          400,
          "ecs:StopTask",
        ],
        [
          () => ecs.send(new RunTaskCommand({ cluster, taskDefinition: "a" })),
          "AccessDeniedException",
          400,
          "ecs:RunTask",
        ],
      ];
      for (const [call, name, status, action] of calls) {
        await assert.rejects(call(), (error: Error & { $metadata: { httpStatusCode: number } }) => {
          assert.equal(error.name, name, action);
          assert.equal(error.$metadata.httpStatusCode, status, action);
          assert.match(
            error.message,
            /^User: arn:aws:sts::000000000000:assumed-role\/\S+\/trial is not authorized/,
          );
          assert.ok(error.message.includes(` to perform: ${action} on resource: `), error.message);
          return true;
        });
      }
      const several = { Bucket: cloud.bucket, Delete: { Objects: [{ Key: "a.mp4" }] } };
      const { Errors = [], Deleted = [] } = await s3.send(new DeleteObjectsCommand(several));
      assert.deepEqual([Errors.map(({ Code }) => Code), Deleted], [["AccessDenied"], []]);
      for (const client of [s3, sqs, sns, ecs]) client.destroy();
    }
  });

  it("keeps a thumbnail from being made until the right is there", async () => {
    take(/^identity policy of role thumbnailer-task without statement \d+ \(s3:PutObject\)$/);
    await judged.stage.upload(["unwritten.mp4"], video);
    await judged.stage.until(() => judged.stage.told.has("job-left-for-retry"));
    judged.otherPolicies = undefined;
    await denied(/s3:PutObject because no identity-based policy allows/);
    const verdicts = await judged.stage.verdicts(["unwritten.mp4"]);
    assert.deepEqual(verdicts.get("unwritten.mp4"), { thumbnail: "thumb/unwritten.png" });
  });

  it("makes an upload a failed event, with the right that is missing", async () => {
    await judged.rest();
    take(/^identity policy of role thumbnailer-onVideoUploaded without statement \d+ \(sqs:SendMessage\)$/);
    const before = await judged.visible("failedEventsQueueUrl");
    await judged.stage.upload(["unqueued.mp4"], video);
    await judged.stage.until(async () => (await judged.visible("failedEventsQueueUrl")) > before);
    judged.otherPolicies = undefined;
    assert.match(await operate(judged.cloud, "failed"), /is not authorized to perform: sqs:SendMessage/);
    await operate(judged.cloud, "redrive --events", "--yes");
    await judged.stage.verdicts(["unqueued.mp4"]);
  });

  for (const [title, part, call] of [
    [
      "keeps workers from being started until the right is there",
      /^identity policy of role thumbnailer-(?:onVideoUploaded|superviseWorkers) without statement \d+ \(iam:PassRole\)$/,
      /iam:PassRole because no identity-based policy allows/,
    ],
    [
      "keeps a task from running when ECS cannot take on its role",
      /^trust policy of role thumbnailer-task without statement/,
      /^ecs-tasks\.amazonaws\.com sts:AssumeRole because no resource-based policy allows/,
    ],
  ] as const) {
    it(title, async () => {
      await judged.rest();
      take(part);
      const key = `${title}.mp4`;
      await judged.stage.upload([key], video);
      await denied(call);
      assert.deepEqual(await judged.stage.jobsLeft(), 1);
      judged.otherPolicies = undefined;
      assert.ok("thumbnail" in ((await judged.stage.verdicts([key])).get(key) ?? {}));
    });
  }

  it("keeps S3 from telling a Lambda of a thumbnail", async () => {
    take(/^resource policy of function thumbnailer-onThumbnailCreated without statement/);
    await judged.stage.upload(["untold.mp4"], video);
    await judged.stage.verdicts(["untold.mp4"]);
    await denied(/^s3\.amazonaws\.com lambda:InvokeFunction because no resource-based policy allows/);
    judged.otherPolicies = undefined;
  });
});
