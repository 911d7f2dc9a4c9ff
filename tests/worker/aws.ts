import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

/** The emulator refuses characters beyond the basic plane, which SQS takes. */
const escapeUnit = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** One request that reached S3 or SQS. */
export interface SeenRequest {
  readonly method: string;
  /** SQS's action (`ReceiveMessage`), or for S3 the path, encoded as it came. */
  readonly target: string;
  readonly range: string | undefined;
  /** Undefined of a request that nobody has signed. */
  readonly authorization: string | undefined;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly body: Buffer;
}

export const bucket = "videos";

/**
 * S3 and SQS on one port of 127.0.0.1, with the bucket and the two queues of a stack. In front of the emulator is a
 * proxy that sees every request, can answer one itself, and gives the queues addresses that resolve.
 */
export class LocalAws {
  readonly seen: SeenRequest[] = [];
  /** Answers a request itself when it returns true. */
  intercept: (request: SeenRequest, response: ServerResponse) => boolean = () => false;

  private constructor(
    readonly address: string,
    readonly s3: S3Client,
    readonly sqs: SQSClient,
    private readonly inspectJobs: () => EmulatedMessages,
    private readonly close: () => Promise<void>,
  ) {}

  get jobQueueUrl(): string {
    return `${this.address}/000000000000/jobs`;
  }

  get failedJobsQueueUrl(): string {
    return `${this.address}/000000000000/failed-jobs`;
  }

  /** What a worker needs in its environment to find this AWS. */
  get variables(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL_S3: this.address,
      AWS_ENDPOINT_URL_SQS: this.address,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      JOB_QUEUE_URL: this.jobQueueUrl,
      FAILED_JOBS_QUEUE_URL: this.failedJobsQueueUrl,
      // A frame that is known beforehand.
      THUMBNAIL_TIMESTAMP: "00:02",
    };
  }

  static async start(): Promise<LocalAws> {
    const { startFauxqs } = await import("fauxqs");
    const emulator = await startFauxqs({ port: 0, logger: false });
    emulator.createBucket(bucket);
    const emulatedQueues = [emulator.createQueue("jobs"), emulator.createQueue("failed-jobs")];
    const emulatorBase = new URL(emulatedQueues[0]!.queueUrl).origin;

    const proxy = createServer();
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const client = {
      endpoint: address,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
    const inspectJobs = () => (emulator.inspectQueue("jobs")?.messages ?? {}) as EmulatedMessages;
    const aws = new LocalAws(address, new S3Client(client), new SQSClient(client), inspectJobs, async () => {
      aws.s3.destroy();
      aws.sqs.destroy();
      proxy.close();
      proxy.closeAllConnections();
      await emulator.stop();
    });
    const forward = async (request: IncomingMessage, response: ServerResponse) => {
      let body = await buffer(request);
      const action = request.headers["x-amz-target"];
      if (action !== undefined) body = Buffer.from(body.toString().replaceAll(address, emulatorBase));
      const seen: SeenRequest = {
        method: request.method ?? "",
        target: typeof action === "string" ? action.replace("AmazonSQS.", "") : (request.url ?? ""),
        range: request.headers.range,
        authorization: request.headers.authorization,
        ifMatch: request.headers["if-match"],
        ifNoneMatch: request.headers["if-none-match"],
        body,
      };
      aws.seen.push(seen);
      if (aws.intercept(seen, response)) return;
      const hangUp = new AbortController();
      response.on("close", () => {
        hangUp.abort();
      });
      const headers = new Headers();
      for (const [name, value] of Object.entries(request.headers)) {
        if (!["host", "connection", "content-length", "expect"].includes(name))
          headers.set(name, String(value));
      }
      const answer = await fetch(`http://127.0.0.1:${emulator.port}${request.url ?? ""}`, {
        method: seen.method,
        headers,
        signal: hangUp.signal,
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      });
      const content = Buffer.from(await answer.arrayBuffer());
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(content);
    };
    proxy.on("request", (request, response) => {
      forward(request, response).catch(() => response.destroy());
    });
    return aws;
  }

  async stop(): Promise<void> {
    await this.close();
  }

  async upload(key: string, content: Buffer, metadata: Record<string, string> = {}): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, Metadata: metadata }));
  }

  async sendJob(key: string, more: object = {}): Promise<void> {
    const uploadedAt = "2026-01-01T00:00:00.000Z";
    const job = { version: 1, bucket, key, eTag: "any", size: 1, uploadedAt, ...more };
    await this.sendMessage(JSON.stringify(job).replace(/[^ -~]/g, escapeUnit));
  }

  async sendMessage(body: string): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl: this.jobQueueUrl, MessageBody: body }));
  }

  async object(key: string) {
    const answer = await this.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return {
      content: Buffer.from(await answer.Body!.transformToByteArray()),
      contentType: answer.ContentType,
      metadata: answer.Metadata ?? {},
    };
  }

  async keys(prefix = ""): Promise<string[]> {
    const answer = await this.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    return (answer.Contents ?? []).map((object) => object.Key!);
  }

  /** Takes the messages that are visible in a queue now off it. */
  async drain(queueUrl: string): Promise<{ body: Record<string, unknown>; reason: string | undefined }[]> {
    const messages = [];
    for (;;) {
      const { Messages: found = [] } = await this.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 0,
          MessageAttributeNames: ["All"],
        }),
      );
      if (found.length === 0) return messages;
      for (const message of found) {
        await this.sqs.send(
          new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle! }),
        );
        messages.push({
          body: JSON.parse(message.Body!) as Record<string, unknown>,
          reason: message.MessageAttributes?.reason?.StringValue,
        });
      }
    }
  }

  /** How many messages of the jobs queue are visible, or will be by themselves, and how many a worker has. */
  jobsLeft(): { visible: number; hidden: number } {
    const { ready = [], delayed = [], inflight = [] } = this.inspectJobs();
    return { visible: ready.length + delayed.length, hidden: inflight.length };
  }

  /** Empties the jobs queue, of delayed and hidden messages too. */
  async forgetJobs(): Promise<void> {
    await this.sqs.send(new PurgeQueueCommand({ QueueUrl: this.jobQueueUrl }));
  }

  /** Does to the hidden messages what time does: they are visible again. */
  async showHiddenJobs(): Promise<void> {
    for (const { receiptHandle } of this.inspectJobs().inflight ?? []) {
      await this.sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: this.jobQueueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: 0,
        }),
      );
    }
  }

  /** SQS's actions and S3's methods that were called since the last time, without repetition. */
  takeCalls(): string[] {
    const calls = this.seen
      .splice(0)
      .map(({ method, target }) => (target.startsWith("/") ? `S3 ${method}` : target));
    return [...new Set(calls)].sort();
  }
}

interface EmulatedMessages {
  readonly ready?: readonly unknown[];
  readonly delayed?: readonly unknown[];
  readonly inflight?: readonly { readonly receiptHandle: string }[];
}
