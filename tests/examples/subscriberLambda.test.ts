import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SNSEvent } from "aws-lambda";
import fc from "fast-check";
import { storeMessages } from "../../examples/subscriber-lambda/storeMessages";
import { platformEnvironment } from "../../local/localEnvironment";
import type { Program } from "../../local/program/program";
import type { PackageEntry, Resource } from "../../local/program/resources";
import { unpack } from "../../local/services/lambda/functionPackage";
import { LambdaFunction } from "../../local/services/lambda/lambdaFunction";
import { logOf } from "../handlers/lambda";
import type { Delivery } from "./deliveries";
import { said, stories } from "./deliveries";
import { DynamoOnTheWire } from "./dynamoOnTheWire";
import { ExampleProgram } from "./exampleProgram";
import { outputsReady, thumbnailCreated } from "./messages";

const topicArn = "arn:aws:sns:eu-west-1:123456789012:thumbnailer-thumbnails-1a2b3c4";
const credentials = { accessKeyId: "any", secretAccessKey: "any" };
const video = "videos/dir/cat.mp4";

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
function eventOf({ message, publishedAt }: Delivery): SNSEvent {
  return {
    Records: [
      {
        EventVersion: "1.0",
        EventSubscriptionArn: `${topicArn}:21be56ed`,
        EventSource: "aws:sns",
        Sns: {
          SignatureVersion: "1",
          Timestamp: publishedAt,
          Signature: "any",
          SigningCertUrl: "https://sns.eu-west-1.amazonaws.com/any.pem",
          MessageId: "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
          Message: message,
          MessageAttributes: {},
          Type: "Notification",
          UnsubscribeUrl: "https://sns.eu-west-1.amazonaws.com/",
          TopicArn: topicArn,
        },
      },
    ],
  };
}

describe("examples/subscriber-lambda", () => {
  describe("what it stores", () => {
    let dynamo: DynamoOnTheWire;
    let client: DynamoDBClient;
    before(async () => {
      dynamo = await DynamoOnTheWire.start("table");
      client = new DynamoDBClient({
        endpoint: dynamo.address,
        region: "eu-west-1",
        credentials,
        maxAttempts: 1,
      });
    });
    beforeEach(() => {
      dynamo.items.clear();
      dynamo.failure = undefined;
    });
    after(() => {
      client.destroy();
      dynamo.stop();
    });
    const deliver = (delivery: Delivery) =>
      logOf(() => storeMessages({ TABLE_NAME: "table" }, client)(eventOf(delivery)));

    it("is what was true last, however often and in whatever order it is told", async () => {
      await fc.assert(
        fc.asyncProperty(stories, async ({ deliveries, ...last }) => {
          dynamo.items.clear();
          for (const delivery of deliveries) await deliver(delivery);
          assert.deepEqual(said(dynamo.items.get(video) ?? {}), last);
        }),
        { numRuns: 60 },
      );
    });

    it("is what was true last, too, when everything is told at once", async () => {
      await fc.assert(
        fc.asyncProperty(stories, async ({ deliveries, ...last }) => {
          dynamo.items.clear();
          const store = storeMessages({ TABLE_NAME: "table" }, client);
          await logOf(() => Promise.all(deliveries.map((delivery) => store(eventOf(delivery)))));
          assert.deepEqual(said(dynamo.items.get(video) ?? {}), last);
        }),
        { numRuns: 20 },
      );
    });

    it("is nothing of a message that is of no video, which its log says", async () => {
      const message = JSON.stringify(thumbnailCreated(null, "e", null));
      const log = await deliver({ message, publishedAt: "2026-01-02T03:04:10.500Z" });
      assert.equal(dynamo.items.size, 0);
      assert.match(log.join("\n"), /"became":"ignored"/);
    });

    it("fails, so that Lambda tries again, when the table does not answer or the message can not be read", async () => {
      const publishedAt = "2026-01-02T03:04:10.500Z";
      const message = JSON.stringify(outputsReady(publishedAt));
      await assert.rejects(deliver({ message: "{", publishedAt }), SyntaxError);
      dynamo.failure = "InternalServerError";
      await assert.rejects(deliver({ message, publishedAt }), { name: "InternalServerError" });
    });
  });

  describe("as a program", function () {
    this.timeout(60_000);
    let example: ExampleProgram;
    let program: Program;
    let temporary: string;
    before(async () => {
      example = await ExampleProgram.copy("subscriber-lambda");
      program = await example.evaluate({ thumbnailTopicArn: topicArn }, "video-thumbnailer-subscriber");
      temporary = await mkdtemp(path.join(tmpdir(), "subscriber-"));
    });
    after(async () => {
      await example.remove();
      await rm(temporary, { recursive: true });
    });

    const one = (typeEnd: string): Resource => {
      const [resource, ...others] = program.resources.filter(({ type }) => type.endsWith(typeEnd));
      assert.ok(resource !== undefined && others.length === 0, `${typeEnd} is there once`);
      return resource;
    };

    it("subscribes to the two types that it stores, and keeps what could not be delivered", () => {
      const { inputs } = one("sns/topicSubscription:TopicSubscription");
      const queue = one("sqs/queue:Queue");
      assert.equal(inputs["topic"], topicArn);
      assert.equal(inputs["endpoint"], one("lambda/function:Function").state["arn"]);
      assert.deepEqual(JSON.parse(String(inputs["filterPolicy"])), {
        type: ["thumbnail-created", "outputs-ready"],
      });
      const redrive = { deadLetterTargetArn: queue.state["arn"] };
      assert.deepEqual(JSON.parse(String(inputs["redrivePolicy"])), redrive);
      const [statement] = statements(one("sqs/queuePolicy:QueuePolicy"));
      assert.deepEqual(statement?.["Principal"], { Service: "sns.amazonaws.com" });
      assert.deepEqual(statement["Condition"], { ArnEquals: { "aws:SourceArn": topicArn } });
    });

    it("lets this topic alone call the Lambda, and the Lambda write to its table alone", () => {
      const { inputs } = one("lambda/permission:Permission");
      assert.deepEqual([inputs["principal"], inputs["sourceArn"]], ["sns.amazonaws.com", topicArn]);
      assert.deepEqual(
        statements(one("iam/rolePolicy:RolePolicy")).map(({ Action, Resource }) => [Action, Resource]),
        [
          ["dynamodb:UpdateItem", one("dynamodb/table:Table").state["arn"]],
          ["sqs:SendMessage", one("sqs/queue:Queue").state["arn"]],
          [
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            `${String(one("cloudwatch/logGroup:LogGroup").state["arn"])}:*`,
          ],
        ],
      );
    });

    it("has a package that stores, in a process of its own", async () => {
      const { inputs, state } = one("lambda/function:Function");
      const directory = path.join(temporary, "package");
      await unpack((inputs["code"] as { entries: PackageEntry[] }).entries, directory);
      const { variables } = inputs["environment"] as { variables: Record<string, string> };
      const dynamo = await DynamoOnTheWire.start(variables["TABLE_NAME"] ?? "");
      const none = { s3: dynamo.address, sqs: dynamo.address, sns: dynamo.address, ecs: dynamo.address };
      const log: string[] = [];
      const lambda = new LambdaFunction({
        name: "store-messages",
        arn: String(state["arn"]),
        directory,
        handler: String(inputs["handler"]),
        timeoutSeconds: 30,
        environment: {
          ...platformEnvironment({ endpoints: none, region: "eu-west-1", credentials }, temporary),
          ...variables,
          AWS_ENDPOINT_URL_DYNAMODB: dynamo.address,
        },
        onLine: (line) => log.push(line),
      });
      try {
        const publishedAt = "2026-01-02T03:04:10.500Z";
        const message = JSON.stringify(outputsReady("2026-01-02T03:04:09.123Z"));
        for (const became of ["stored", "known"]) {
          const answer = await lambda.invoke(eventOf({ message, publishedAt }));
          assert.deepEqual(answer, { result: null }, log.join("\n"));
          assert.match(log.join("\n"), new RegExp(`'?became'?: '${became}'`));
        }
        assert.equal(said(dynamo.items.get(video) ?? {}).madeAt, "2026-01-02T03:04:09.123Z");
        const answer = await lambda.invoke(eventOf({ message: "{", publishedAt }));
        assert.ok("error" in answer, "what can not be read fails the invocation");
      } finally {
        await lambda.stop();
        dynamo.stop();
      }
    });
  });
});

function statements({ inputs }: Resource): Record<string, unknown>[] {
  const { Statement } = JSON.parse(String(inputs["policy"])) as { Statement: Record<string, unknown>[] };
  return Statement;
}
