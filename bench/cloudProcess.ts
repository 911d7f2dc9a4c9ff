import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Door, type Credentials } from "../local/services/door";
import { startMessaging } from "../local/services/messaging";
import { startS3 } from "../local/services/s3/s3";

/** What the process tells first, and then whenever it gets a message: what S3 sent since the last time. */
export type CloudMessage =
  | {
      readonly s3: string;
      readonly sqs: string;
      readonly queueUrls: readonly [string, string];
      readonly credentials: Credentials;
    }
  | { readonly bytes: number; readonly requests: number };

/** S3 and SQS in a process of their own, so that they take no time of the worker's event loop. */
async function main(directory: string): Promise<void> {
  const sent = { bytes: 0, requests: 0 };
  const door = new Door();
  const s3 = await startS3(
    directory,
    () => undefined,
    door,
    async ({ req, res }, next) => {
      const { socket } = req;
      const before = socket.bytesWritten;
      sent.requests++;
      res.once("close", () => {
        sent.bytes += socket.bytesWritten - before;
      });
      await next();
    },
  );
  await s3.createBucket("videos");
  const sqs = await startMessaging("us-east-1", door);
  const client = new SQSClient({
    endpoint: sqs.endpoint,
    region: "us-east-1",
    credentials: door.credentials,
  });
  const createQueue = async (name: string) =>
    (await client.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl ?? "";
  const queueUrls = [await createQueue("jobs"), await createQueue("failed-jobs")] as const;
  client.destroy();
  const tell = (message: CloudMessage) => process.send?.(message);
  process.on("message", () => {
    tell({ ...sent });
    Object.assign(sent, { bytes: 0, requests: 0 });
  });
  process.on("disconnect", () => process.exit());
  tell({ s3: s3.endpoint, sqs: sqs.endpoint, queueUrls, credentials: door.credentials });
}

void main(process.argv[2] ?? "");
