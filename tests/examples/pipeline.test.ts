import assert from "node:assert/strict";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { SNSEvent } from "aws-lambda";
import { storeMessages } from "../../examples/subscriber-lambda/storeMessages";
import { startLocalCloud } from "../../local/cloud";
import type { LocalCloud } from "../../local/localCloud";
import { VideoFolder } from "../../testkit/videoFolder";
import { logOf } from "../handlers/lambda";
import { numberedVideo } from "../worker/videos";
import { DynamoOnTheWire } from "./dynamoOnTheWire";

describe("examples: a subscriber of the whole pipeline", function () {
  this.timeout(60_000);
  let cloud: LocalCloud;
  let dynamo: DynamoOnTheWire;
  let folder: VideoFolder;
  let queueUrl: string;
  before(async () => {
    folder = await VideoFolder.create();
    cloud = await startLocalCloud({ config: { renditions: '["160.webp"]' } });
    dynamo = await DynamoOnTheWire.start("videos");
    const { sns, sqs } = cloud.clients;
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "subscriber" }));
    queueUrl = QueueUrl;
    const topicArn = String(cloud.outputs["thumbnailTopicArn"]);
    await sns.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: "sqs",
        Endpoint: `${topicArn.split(":").slice(0, 5).join(":").replace(":sns:", ":sqs:")}:subscriber`,
        Attributes: { FilterPolicy: JSON.stringify({ type: ["thumbnail-created", "outputs-ready"] }) },
      }),
    );
  });
  after(async () => {
    dynamo.stop();
    await cloud.stop();
    await folder.remove();
  });

  it("has a video's last thumbnail and outputs in its row, when all that was told of it comes backwards and twice", async () => {
    for (const frames of [10, 20]) {
      const file = folder.file(`${frames}.mp4`);
      await numberedVideo(file, { frames, rate: 10, width: 320, height: 180 });
      await cloud.upload(file, "uploads/cat.mp4");
      const outcome = await cloud.outcome("uploads/cat.mp4");
      assert.ok(outcome.ok, JSON.stringify(outcome));
      await cloud.settled();
    }
    const events = (await told(4)).reverse();
    const client = new DynamoDBClient({
      endpoint: dynamo.address,
      region: cloud.region,
      credentials: cloud.credentials,
    });
    const store = storeMessages({ TABLE_NAME: "videos" }, client);
    await logOf(async () => {
      for (const event of [...events, ...events]) await store(event);
    });
    client.destroy();

    const row = dynamo.items.get(`${cloud.bucket}/uploads/cat.mp4`) ?? {};
    const thumbnail = JSON.parse(row["thumbnail"] ?? "{}") as { key: string; eTag: string };
    const head = { Bucket: cloud.bucket, Key: "thumb/uploads/cat.png" };
    const { ETag } = await cloud.clients.s3.send(new HeadObjectCommand(head));
    assert.deepEqual([thumbnail.key, `"${thumbnail.eTag}"`], [head.Key, ETag]);
    const { Body } = await cloud.clients.s3.send(
      new GetObjectCommand({ Bucket: cloud.bucket, Key: "extras/uploads/cat.mp4/manifest.json" }),
    );
    const manifest = JSON.parse((await Body?.transformToString()) ?? "") as object;
    assert.deepEqual(JSON.parse(row["outputs"] ?? "{}"), { type: "outputs-ready", ...manifest });
  });

  /** What SNS has told, as it calls a Lambda with it. */
  async function told(count: number): Promise<SNSEvent[]> {
    const events: SNSEvent[] = [];
    while (events.length < count) {
      const { Messages = [] } = await cloud.clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      for (const { Body = "" } of Messages) {
        const Sns = JSON.parse(Body) as SNSEvent["Records"][number]["Sns"];
        events.push({
          Records: [{ EventVersion: "1.0", EventSource: "aws:sns", EventSubscriptionArn: "arn", Sns }],
        });
      }
    }
    // Its own clock tells them apart only to the millisecond.
    return events.sort((a, b) => publishedAt(a).localeCompare(publishedAt(b)));
  }
});

function publishedAt({ Records }: SNSEvent): string {
  return Records[0]?.Sns.Timestamp ?? "";
}
