import assert from "node:assert/strict";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type QueueAttributeName,
} from "@aws-sdk/client-sqs";
import { Door } from "../../../local/services/door";
import { messageCounts } from "../../../local/services/messageCounts";
import { startMessaging, type LocalMessaging } from "../../../local/services/messaging";

const names: QueueAttributeName[] = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
];

describe("The local SQS's counts", () => {
  let messaging: LocalMessaging;
  let sqs: SQSClient;
  let QueueUrl: string | undefined;

  before(async () => {
    const door = new Door();
    messaging = await startMessaging("eu-west-1", door);
    sqs = new SQSClient({
      region: "eu-west-1",
      endpoint: messaging.endpoint,
      credentials: door.credentials,
    });
    ({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "jobs" })));
  });
  after(async () => {
    sqs.destroy();
    await messaging.stop();
  });

  async function counts(AttributeNames: QueueAttributeName[] = names): Promise<Record<string, string>> {
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return Attributes;
  }

  it("tell of a message whose delay or visibility timeout is over, though nobody asks for messages", async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "left by a worker that died" }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 1 }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "sent again", DelaySeconds: 1 }));
    let found = await counts();
    while (found["ApproximateNumberOfMessages"] !== "2") {
      const all = names.map((name) => Number(found[name])).reduce((sum, count) => sum + count);
      assert.equal(all, 2);
      await new Promise((resolve) => setTimeout(resolve, 20));
      found = await counts();
    }
    assert.deepEqual(await counts(["ApproximateNumberOfMessagesDelayed", "QueueArn"]), {
      ApproximateNumberOfMessagesDelayed: "0",
      QueueArn: "arn:aws:sqs:eu-west-1:000000000000:jobs",
    });
  });

  it("know each state by its time", () => {
    const state = {
      ready: [{}],
      delayed: [{ delayUntil: 1000 }, { delayUntil: 3000 }, {}],
      inflight: [1000, 3000, 4000].map((visibilityDeadline) => ({ message: {}, visibilityDeadline })),
    };
    assert.deepEqual(messageCounts(state, 2000), {
      ApproximateNumberOfMessages: 4,
      ApproximateNumberOfMessagesDelayed: 1,
      ApproximateNumberOfMessagesNotVisible: 2,
    });
  });
});
