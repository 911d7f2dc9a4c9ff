import assert from "node:assert/strict";
import { Stack } from "./registered";
import { stacksDescribe } from "./manyStacks";

const kmsKeyArn = "arn:aws:kms:eu-west-1:000000000000:key/1234abcd";
const everything = { removeThumbnails: "true", preview: "true" };
const via = (service: string) => ({
  StringEquals: { "kms:ViaService": `${service}.eu-west-1.amazonaws.com` },
});
const [decrypt, encrypt] = ["kms:Decrypt", "kms:GenerateDataKey"];

/** What a role may do with the key: actions by the service through which. */
function keyRights(stack: Stack, role: string): Record<string, string[]> {
  const statements = stack.rights(role) as {
    Action: string[];
    Resource: string[];
    Condition?: { StringEquals?: Record<string, string> };
  }[];
  const ofKey = statements.filter(({ Action }) => Action.some((one) => one.startsWith("kms:")));
  return Object.fromEntries(
    ofKey.map(({ Action, Resource, Condition }) => {
      assert.deepEqual(Resource, [kmsKeyArn]);
      const service = Condition?.StringEquals?.["kms:ViaService"]?.split(".")[0] ?? "any";
      assert.deepEqual(Condition, via(service));
      return [service, Action];
    }),
  );
}

const workerVariables = (stack: Stack) => {
  const { container } = stack.one("awsx:ecs:FargateTaskDefinition").inputs as {
    container: { environment: { name: string; value: string }[] };
  };
  return Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
};

stacksDescribe("the program, with a customer's KMS key", function () {
  this.timeout(60_000);

  describe("and a bucket of its own", () => {
    let stack: Stack;
    before(async () => {
      stack = await Stack.evaluate({ ...everything, kmsKeyArn });
    });

    it("has the bucket encrypt with it by default, by a key of the bucket's", () => {
      assert.deepEqual(stack.one("BucketServerSideEncryptionConfiguration").inputs["rules"], [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
          bucketKeyEnabled: true,
        },
      ]);
    });

    it("encrypts every queue, topic and log group, and the image repository, with it", () => {
      const queues = stack.all("sqs/queue:Queue");
      assert.equal(queues.length, 3);
      for (const { inputs } of queues) {
        assert.equal(inputs["kmsMasterKeyId"], kmsKeyArn);
        assert.equal(inputs["kmsDataKeyReusePeriodSeconds"], 3600);
        assert.equal(inputs["sqsManagedSseEnabled"], undefined, "AWS takes one of both");
      }
      for (const type of ["sns/topic:Topic", "cloudwatch/logGroup:LogGroup"]) {
        assert.ok(stack.all(type).length >= 2);
        for (const { inputs } of stack.all(type))
          assert.equal(inputs[type.startsWith("sns") ? "kmsMasterKeyId" : "kmsKeyId"], kmsKeyArn);
      }
      assert.deepEqual(stack.one("awsx:ecr:Repository").inputs["encryptionConfigurations"], [
        { encryptionType: "KMS", kmsKey: kmsKeyArn },
      ]);
    });

    it("gives each role what it does with it, by the service that does it, and none to who only writes logs", () => {
      assert.deepEqual(keyRights(stack, "task"), { s3: [decrypt, encrypt], sqs: [decrypt, encrypt] });
      assert.deepEqual(keyRights(stack, "onVideoUploaded"), { sqs: [decrypt, encrypt] });
      assert.deepEqual(keyRights(stack, "superviseWorkers"), { sqs: [decrypt, encrypt] });
      const removed = { s3: [decrypt], sqs: [decrypt, encrypt] };
      assert.deepEqual(keyRights(stack, "onVideoRemoved"), removed);
      assert.deepEqual(keyRights(stack, "onThumbnailCreated"), { ...removed, sns: [decrypt, encrypt] });
      assert.deepEqual(keyRights(stack, "execution"), {});
    });

    it("tells the worker to ask for it", () => {
      assert.equal(workerVariables(stack)["KMS_KEY_ARN"], kmsKeyArn);
    });
  });

  it("declares nothing of existing buckets, and has the worker ask for the key with each object", async () => {
    const stack = await Stack.evaluate({ bucketName: "media", kmsKeyArn });
    assert.deepEqual(stack.all("BucketServerSideEncryptionConfiguration"), []);
    assert.equal(workerVariables(stack)["KMS_KEY_ARN"], kmsKeyArn);
  });

  it("leaves outputs that anyone may read to the encryption of their existing bucket", async () => {
    const stack = await Stack.evaluate({
      outputBucketName: "cdn",
      publicThumbnails: "true",
      kmsKeyArn,
      preview: "true",
    });
    assert.equal(workerVariables(stack)["KMS_KEY_ARN"], undefined);
    assert.deepEqual(keyRights(stack, "task"), { s3: [decrypt], sqs: [decrypt, encrypt] });
    assert.deepEqual(Object.keys(keyRights(stack, "onThumbnailCreated")).sort(), ["sns", "sqs"]);
  });

  it("needs no manifests' key where there are none", async () => {
    const stack = await Stack.evaluate({ kmsKeyArn });
    assert.deepEqual(Object.keys(keyRights(stack, "onThumbnailCreated")).sort(), ["sns", "sqs"]);
  });

  it("is refused together with a bucket of its own that anyone may read: S3 gives nobody what a key encrypts", async () => {
    await assert.rejects(
      Stack.evaluate({ kmsKeyArn, publicThumbnails: "true" }),
      /publicThumbnails is true beside kmsKeyArn/,
    );
  });

  it("and without one no statement, variable or input speaks of KMS", async () => {
    const stack = await Stack.evaluate(everything);
    const words = JSON.stringify(
      stack.resources.map(({ type, inputs }) => (type.includes("lambda") ? {} : inputs)),
    );
    assert.doesNotMatch(words, /kms/i);
    for (const { inputs } of stack.all("sqs/queue:Queue")) assert.equal(inputs["sqsManagedSseEnabled"], true);
  });
});

stacksDescribe("the program, with a permissions boundary and a path for roles", function () {
  this.timeout(60_000);

  it("puts both on every role, and passes on the roles under their path", async () => {
    const permissionsBoundary = "arn:aws:iam::000000000000:policy/boundary";
    const stack = await Stack.evaluate({ ...everything, permissionsBoundary, rolePath: "/teams/media/" });
    const roles = stack.all("iam/role:Role");
    assert.equal(roles.length, 6);
    for (const { inputs } of roles)
      assert.deepEqual(
        [inputs["permissionsBoundary"], inputs["path"]],
        [permissionsBoundary, "/teams/media/"],
      );
    const passes = JSON.stringify(stack.rights("onVideoUploaded"));
    assert.match(passes, /:role\/teams\/media\/thumbnailer-task-/);
  });
});
