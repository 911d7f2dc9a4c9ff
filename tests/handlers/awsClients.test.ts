import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { ListTasksCommand } from "@aws-sdk/client-ecs";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { PublishCommand } from "@aws-sdk/client-sns";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { ecsClient, s3Client, snsClient, sqsClient } from "../../handlers/awsClients";

describe("the Lambdas' clients", () => {
  const environmentBefore = { ...process.env };
  const sockets: Socket[] = [];
  let server: Server;
  before(async () => {
    // Takes connections, and never says a word.
    server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    await once(server, "listening");
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      AWS_MAX_ATTEMPTS: "1",
    });
  });
  after(() => {
    process.env = environmentBefore;
    server.close();
    for (const socket of sockets) socket.destroy();
  });

  it("give up a call that nobody answers, so that the Lambda can say so within its minute", async () => {
    const QueueUrl = `${process.env["AWS_ENDPOINT_URL"] ?? ""}/000000000000/jobs`;
    const calls = [
      ecsClient().send(new ListTasksCommand({})),
      s3Client().send(new HeadObjectCommand({ Bucket: "videos", Key: "thumb/a.png" })),
      snsClient().send(new PublishCommand({ TopicArn: "arn:aws:sns:eu-west-1:1:thumbnails", Message: "a" })),
      sqsClient().send(new SendMessageCommand({ QueueUrl, MessageBody: "a" })),
    ];
    for (const call of await Promise.allSettled(calls)) {
      assert.ok(call.status === "rejected");
      assert.equal((call.reason as Error).name, "TimeoutError");
    }
  });

  it("are the only ones that there are", () => {
    const folder = path.join(__dirname, "../../handlers");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const makers = files
      .filter((file) => file.endsWith(".ts"))
      .filter((file) => /new \w+Client\(/.test(readFileSync(path.join(folder, file), "utf8")));
    assert.deepEqual(makers, ["awsClients.ts"]);
  });
});
