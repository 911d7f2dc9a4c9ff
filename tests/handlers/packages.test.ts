import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { deflateRawSync } from "node:zlib";
import { unpack } from "../../local/services/lambda/functionPackage";
import { LambdaFunction } from "../../local/services/lambda/lambdaFunction";
import { platformEnvironment } from "../../local/localEnvironment";
import type { PackageEntry } from "../../local/program/resources";
import { Stack } from "../infra/registered";
import { AwsOnTheWire } from "./awsOnTheWire";
import { createdEvent, createdRecord, eventByEventBridge } from "./lambda";

/** The size of a zip of these files, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
async function zippedBytes(directory: string, files: string[]): Promise<number> {
  const localHeaderBytes = 30;
  const centralHeaderBytes = 46;
  let bytes = 22;
  for (const file of files) {
    const content = await readFile(path.join(directory, file));
    bytes +=
      deflateRawSync(content).length + localHeaderBytes + centralHeaderBytes + 2 * Buffer.byteLength(file);
  }
  return bytes;
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
}

describe("the Lambdas' packages, as Pulumi serialised them", function () {
  this.timeout(60_000);
  let stack: Stack;
  let aws: AwsOnTheWire;
  let temporary: string;

  before(async () => {
    stack = await Stack.evaluate();
    aws = await AwsOnTheWire.start();
    temporary = await mkdtemp(path.join(tmpdir(), "packages-"));
    for (const { name, inputs } of stack.all("lambda/function:Function")) {
      await unpack((inputs["code"] as { entries: PackageEntry[] }).entries, path.join(temporary, name));
    }
  });

  beforeEach(() => (aws.calls.length = 0));

  after(async () => {
    await aws.stop();
    await rm(temporary, { recursive: true });
  });

  /** Runs a package with only its own files and environment, in a process of its own. */
  async function invoke(name: string, event: unknown) {
    const { inputs, state } = stack.one("lambda/function:Function", name);
    const { variables } = inputs["environment"] as { variables: Record<string, string> };
    const endpoints = { s3: aws.address, sqs: aws.address, sns: aws.address, ecs: aws.address };
    const credentials = { accessKeyId: "any", secretAccessKey: "any" };
    const log: string[] = [];
    const lambda = new LambdaFunction({
      name,
      arn: String(state["arn"]),
      directory: path.join(temporary, name),
      handler: String(inputs["handler"]),
      timeoutSeconds: 30,
      // The queue's registered address is AWS's own; here the calls must stay on this machine.
      environment: {
        ...platformEnvironment({ endpoints, region: "eu-west-1", credentials }, temporary),
        ...variables,
        ...("JOB_QUEUE_URL" in variables ? { JOB_QUEUE_URL: `${aws.address}/000000000000/jobs` } : {}),
      },
      onLine: (line) => log.push(line),
    });
    try {
      return { answer: await lambda.invoke(event), log: log.join("\n") };
    } finally {
      await lambda.stop();
    }
  }

  it("onVideoUploaded queues a job and starts a worker", async () => {
    const { answer, log } = await invoke(
      "onVideoUploaded",
      createdEvent(createdRecord("my+%F0%9F%90%88.mp4")),
    );
    assert.deepEqual(answer, { result: null }, log);
    const [message] = aws.inputs("SQS SendMessage");
    assert.equal((JSON.parse(String(message?.["MessageBody"])) as { key: string }).key, "my \u{1F408}.mp4");
    const [runTask = {}] = aws.inputs("ECS RunTask");
    const { family } = stack.one("awsx:ecs:FargateTaskDefinition").inputs;
    assert.equal(runTask["taskDefinition"], family);
    assert.deepEqual(runTask["networkConfiguration"], {
      awsvpcConfiguration: {
        subnets: stack.one("awsx:ec2:Vpc").state["publicSubnetIds"],
        securityGroups: [stack.one("ec2/securityGroup:SecurityGroup").id],
        assignPublicIp: "ENABLED",
      },
    });
  });

  it("onVideoUploaded names its container as the task definition does", async () => {
    await invoke("onVideoUploaded", createdEvent(createdRecord("a.mp4")));
    const [runTask] = aws.inputs("ECS RunTask");
    const { containerOverrides } = runTask?.["overrides"] as { containerOverrides: { name: string }[] };
    const container = stack.one("awsx:ecs:FargateTaskDefinition").inputs["container"] as { name: string };
    assert.deepEqual(
      containerOverrides.map(({ name }) => name),
      [container.name],
    );
  });

  it("onVideoUploaded and onThumbnailCreated understand S3's events by EventBridge", async () => {
    const uploaded = await invoke("onVideoUploaded", eventByEventBridge("Object Tags Added", "a+b%41.mp4"));
    assert.deepEqual(uploaded.answer, { result: null }, uploaded.log);
    const [message] = aws.inputs("SQS SendMessage");
    const { key, taggedAt } = JSON.parse(String(message?.["MessageBody"])) as Record<string, string>;
    assert.deepEqual([key, taggedAt], ["a+b%41.mp4", "2026-01-02T03:04:05Z"]);
    const created = await invoke("onThumbnailCreated", eventByEventBridge("Object Created", "thumb/a+b.png"));
    assert.deepEqual(created.answer, { result: null }, created.log);
    const [{ Message = "{}" } = {}] = aws.inputs("SNS Publish");
    assert.equal((JSON.parse(String(Message)) as { key: string }).key, "thumb/a+b.png");
  });

  it("superviseWorkers starts a worker for a job that waits", async () => {
    const { answer, log } = await invoke("superviseWorkers", {});
    assert.deepEqual(answer, { result: null }, log);
    assert.equal(aws.inputs("ECS RunTask").length, 1);
  });

  it("onThumbnailCreated tells the topic", async () => {
    const event = createdEvent(createdRecord("thumb/a+b.png"));
    const { answer, log } = await invoke("onThumbnailCreated", event);
    assert.deepEqual(answer, { result: null }, log);
    const [publish] = aws.inputs("SNS Publish");
    assert.equal(publish?.["TopicArn"], stack.arn("sns/topic:Topic", "thumbnails"));
    const message = JSON.parse(String(publish["Message"])) as Record<string, unknown>;
    assert.equal(message["videoKey"], "a b.mp4");
    assert.match(log, /A new thumbnail file was generated at 'https:.*\/thumb\/a%20b\.png'\./);
  });

  it("a handler that fails fails the invocation, so that Lambda tries again", async () => {
    const { answer } = await invoke("onVideoUploaded", createdEvent(createdRecord("%E0%A4%A.mp4")));
    assert.ok("error" in answer);
    assert.match(answer.error.errorMessage, /1 of 1 records failed/);
  });

  for (const [name, clients] of [
    ["onVideoUploaded", ["client-ecs", "client-sqs"]],
    ["superviseWorkers", ["client-ecs", "client-sqs"]],
    ["onThumbnailCreated", ["client-s3", "client-sns"]],
  ] as const) {
    it(`${name} carries its handler and the SDK clients that it calls, in under 2 MB`, async () => {
      const directory = path.join(temporary, name);
      const files = await filesIn(directory);
      assert.ok((await zippedBytes(directory, files)) < 2_000_000);
      const packed = new Set(
        files
          .filter((file) => /^node_modules\/@aws-sdk\/client-/.test(file))
          .map((file) => file.split("/")[2]),
      );
      assert.deepEqual([...packed].sort(), [...clients]);
      const others = files.filter(
        (file) => !/^(__index\.js|node_modules\/(@aws-sdk|@smithy|@aws|tslib|bowser)\/.*)$/.test(file),
      );
      assert.deepEqual(others, []);
    });
  }
});
