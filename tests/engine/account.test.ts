import assert from "node:assert/strict";
import { Account } from "../../testkit/engine/aws/account";
import type { Existing } from "../../testkit/engine/aws/account";
import { AwsProvider } from "../../testkit/engine/aws/provider";

const settings = { region: "eu-west-1" };
const seed = new Uint8Array(32);

// Reading the SDK's types takes seconds, and nothing but the tests with the engine depends on this.
const describeAccount = process.env["TEST_ENGINE"] === undefined ? describe.skip : describe;

describeAccount("engine: the AWS account that it deploys to", () => {
  let account: Account;
  let aws: AwsProvider;
  beforeEach(() => {
    account = new Account();
    aws = new AwsProvider(account);
  });

  const subject = (type: string, name: string) => ({ type, name, urn: `${type}::${name}` });
  const checked = (type: string, inputs: Record<string, unknown>) =>
    aws.check(subject(type, "one"), inputs, {}, seed);
  const create = (type: string, name: string, inputs: Record<string, unknown>): Existing => {
    const { id } = aws.create(subject(type, name), inputs, settings);
    return account.find(type, id)!;
  };
  const remove = ({ type, id, outputs }: Existing) => {
    aws.delete(subject(type, id), id, outputs);
  };

  const role = () =>
    create("aws:iam/role:Role", "role", { name: "role", assumeRolePolicy: `"lambda.amazonaws.com"` });

  describe("checks inputs by the types of the installed SDK", () => {
    const wrong: [what: string, inputs: Record<string, unknown>, property: string, reason: RegExp][] = [
      [
        "one that there is not",
        { bucket: "b", rule: { objectOwnership: "x" }, acl: "x" },
        "acl",
        /is no input/,
      ],
      ["one that is missing", { bucket: "b" }, "rule", /is required/],
      ["one of another type", { bucket: 1, rule: { objectOwnership: "x" } }, "bucket", /is 1.*a string/],
      ["one inside of another", { bucket: "b", rule: {} }, "rule.objectOwnership", /is required/],
    ];
    for (const [what, inputs, property, reason] of wrong) {
      it(`refuses ${what}`, () => {
        const { failures } = checked("aws:s3/bucketOwnershipControls:BucketOwnershipControls", inputs);
        assert.deepEqual(
          failures.map((failure) => failure.property),
          [property],
        );
        assert.match(failures[0]!.reason, reason);
      });
    }

    it("takes a policy as text or as an object, and keeps it as text", () => {
      const type = "aws:s3/bucketPolicy:BucketPolicy";
      const text = '{"Version":"2012-10-17","Statement":[]}';
      for (const policy of [text, { Version: "2012-10-17", Statement: [] }]) {
        const { inputs, failures } = checked(type, { bucket: "b", policy });
        assert.deepEqual(failures, []);
        assert.equal(inputs["policy"], text);
      }
    });

    it("gives a name with random letters, which stays", () => {
      const { inputs } = checked("aws:sqs/queue:Queue", {});
      assert.match(String(inputs["name"]), /^one-[0-9a-f]{7}$/);
      const again = aws.check(subject("aws:sqs/queue:Queue", "one"), {}, inputs, new Uint8Array([1]));
      assert.equal(again.inputs["name"], inputs["name"]);
    });
  });

  describe("refuses what AWS refuses:", () => {
    it("a name that is taken", () => {
      role();
      assert.throws(role, /already exists/);
    });

    it("a notification to a Lambda that the bucket may not call", () => {
      const lambdaFunctionArn = "arn:aws:lambda:eu-west-1:000000000000:function:f";
      const notify = () =>
        create("aws:s3/bucketNotification:BucketNotification", "n", {
          bucket: "b",
          lambdaFunctions: [{ lambdaFunctionArn }],
        });
      assert.throws(notify, /Unable to validate.*function:f/);
      create("aws:lambda/permission:Permission", "p", {
        statementId: "p",
        function: "f",
        principal: "s3.amazonaws.com",
        sourceArn: "arn:aws:s3:::b",
      });
      notify();
    });

    it("a public policy as long as the block stands", () => {
      const policy = JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*" }] });
      const publish = () => create("aws:s3/bucketPolicy:BucketPolicy", "p", { bucket: "b", policy });
      assert.throws(publish, /public policies are blocked/);
      create("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "b", {
        bucket: "b",
        blockPublicPolicy: false,
      });
      publish();
    });

    it("to delete a bucket with files, unless they may go with it", () => {
      const full = create("aws:s3/bucket:Bucket", "b", { bucket: "b" });
      account.files.set("b", 1);
      assert.throws(() => {
        remove(full);
      }, /BucketNotEmpty/);
      account.put({ ...full, inputs: { ...full.inputs, forceDestroy: true } });
      remove(full);
      assert.deepEqual(account.all(), []);
    });

    it("to delete a cluster with services or tasks", () => {
      const cluster = create("aws:ecs/cluster:Cluster", "c", { name: "c" });
      const arn = String(cluster.outputs["arn"]);
      account.tasks.set(arn, 1);
      assert.throws(() => {
        remove(cluster);
      }, /ClusterContainsTasks/);
      account.tasks.clear();
      account.put({ type: "aws:ecs/service:Service", id: "s", inputs: { cluster: arn }, outputs: {} });
      assert.throws(() => {
        remove(cluster);
      }, /ClusterContainsServices/);
    });

    it("to delete a repository with images, unless they may go with it", () => {
      const repository = create("aws:ecr/repository:Repository", "r", { name: "r" });
      account.images.add(`${String(repository.outputs["repositoryUrl"])}@sha256:1`);
      assert.throws(() => {
        remove(repository);
      }, /RepositoryNotEmpty/);
      account.put({ ...repository, inputs: { ...repository.inputs, forceDelete: true } });
      remove(repository);
    });

    it("to delete a role with policies, a rule with targets, and a VPC with anything in it", () => {
      const owned: [owner: Existing, belonging: Existing, refusal: RegExp][] = [
        [role(), create("aws:iam/rolePolicy:RolePolicy", "p", { name: "p", role: "role" }), /DeleteConflict/],
        [
          create("aws:cloudwatch/eventRule:EventRule", "r", { name: "r" }),
          create("aws:cloudwatch/eventTarget:EventTarget", "t", { rule: "r" }),
          /still has targets/,
        ],
      ];
      const vpc = create("aws:ec2/vpc:Vpc", "v", {});
      owned.push([vpc, create("aws:ec2/subnet:Subnet", "s", { vpcId: vpc.id }), /DependencyViolation/]);
      for (const [owner, belonging, refusal] of owned) {
        assert.throws(() => {
          remove(owner);
        }, refusal);
        remove(belonging);
        remove(owner);
      }
      assert.deepEqual(account.all(), []);
    });
  });
});
