import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { shownJson } from "../../contract/shown";
import { Door } from "../../local/services/door";
import { startEcsServer, type LocalEcsServer } from "../../local/services/ecs/ecsServer";
import { startMessaging } from "../../local/services/messaging";
import { readArguments, UsageError } from "../../ops/arguments";
import { backfill } from "../../ops/commands/backfill";
import { choose } from "../../ops/commands/choose";
import { failed } from "../../ops/commands/failed";
import { redrive } from "../../ops/commands/redrive";
import { connect, type Stack } from "../../ops/stack";
import { status } from "../../ops/commands/status";
import type { Terminal } from "../../ops/terminal";
import { BucketOnTheWire } from "./bucketOnTheWire";

const commands = { status, failed, redrive, backfill, choose };
const region = "us-east-1";

/** What a command has printed, said and asked. */
export interface Answer {
  code: number;
  /** stdout. */
  printed: string;
  /** stderr. */
  said: string;
  asked: string[];
}

/** An operator with a stack whose services are on this machine. */
export class Operator {
  /** What the operator answers; undefined when there is no terminal. */
  answer: boolean | undefined = true;
  interrupt = new AbortController();

  private constructor(
    readonly stack: Stack,
    readonly bucket: BucketOnTheWire,
    readonly ecs: LocalEcsServer,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<Operator> {
    const door = new Door();
    const [messaging, bucket, ecs] = await Promise.all([
      startMessaging(region, door),
      BucketOnTheWire.start(),
      startEcsServer(door),
    ]);
    const endpoints = {
      s3: bucket.endpoint,
      sqs: messaging.endpoint,
      sns: messaging.endpoint,
      ecs: ecs.endpoint,
    };
    const queue = (name: string) => `${messaging.endpoint}/000000000000/${name}`;
    const stack = connect(
      "local run",
      {
        region,
        ...{ bucketName: "videos", outputBucketName: "videos", videoPrefixes: [], onExistingBucket: false },
        jobQueueUrl: queue("jobs"),
        failedJobsQueueUrl: queue("failed-jobs"),
        failedEventsQueueUrl: queue("failed-events"),
        clusterName: "workers",
        videoSuffixes: [".mp4", ".MP4", ".mov", ".MOV"],
        thumbnailFormat: "png",
        thumbnailKeyPrefix: "thumb/",
        extrasKeyPrefix: "extras/",
        extrasAskedFor: "",
      },
      { endpoints, credentials: door.credentials },
    );
    for (const name of ["failed-jobs", "failed-events"]) {
      await stack.sqs.send(new CreateQueueCommand({ QueueName: name }));
    }
    const deadLetterTargetArn = `arn:aws:sqs:${region}:000000000000:failed-jobs`;
    await stack.sqs.send(
      new CreateQueueCommand({
        QueueName: "jobs",
        Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 }) },
      }),
    );
    // The emulator has one server: what it does not give at once, it does not have.
    stack.sqs.middlewareStack.add(
      (next, context) => (call) => {
        if (context["commandName"] === "ReceiveMessageCommand") {
          Object.assign(call.input, { WaitTimeSeconds: 0 });
        }
        return next(call);
      },
      { step: "initialize" },
    );
    return new Operator(stack, bucket, ecs, async () => {
      stack.destroy();
      bucket.stop();
      ecs.stop();
      await messaging.stop();
    });
  }

  /** Types a command; throws what the command throws. */
  async types(...words: string[]): Promise<Answer> {
    const args = readArguments([...words, "--local"]);
    if (args === "help" || args.verb === "enable-events") throw new Error("no command for a stack");
    const answer: Answer = { code: 0, printed: "", said: "", asked: [] };
    const terminal: Terminal = {
      print: (line) => (answer.printed += `${line}\n`),
      printJson: (value) => (answer.printed += `${shownJson(value)}\n`),
      say: (line) => (answer.said += `${line}\n`),
      ask: (question) => {
        answer.asked.push(question);
        if (this.answer === undefined) return Promise.reject(new UsageError(`${question} --yes`));
        return Promise.resolve(this.answer);
      },
      progress: () => ({ to: () => undefined, stop: () => undefined }),
      interrupted: this.interrupt.signal,
    };
    answer.code = await commands[args.verb](this.stack, args, terminal);
    return answer;
  }

  async send(queueUrl: string, ...bodies: (object | string)[]): Promise<void> {
    for (const body of bodies) {
      const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
      await this.stack.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    }
  }

  /** Puts an event into failed-events as EventBridge does with one that it could not give to a Lambda. */
  async sendUndelivered(event: object, attributes: Record<string, string>): Promise<void> {
    await this.stack.sqs.send(
      new SendMessageCommand({
        QueueUrl: this.stack.outputs.failedEventsQueueUrl,
        MessageBody: JSON.stringify(event),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [
            name,
            { DataType: "String", StringValue },
          ]),
        ),
      }),
    );
  }

  /** How many messages of a queue are visible, and how many are hidden. */
  async depth(queueUrl: string): Promise<{ visible: number; hidden: number }> {
    const { Attributes = {} } = await this.stack.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["All"] }),
    );
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages),
      hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    };
  }

  /** Takes the visible messages off a queue. */
  async drain(queueUrl: string): Promise<string[]> {
    const bodies: string[] = [];
    for (;;) {
      const { Messages = [] } = await this.stack.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
      );
      if (Messages.length === 0) return bodies;
      for (const { Body = "", ReceiptHandle } of Messages) {
        bodies.push(Body);
        await this.stack.sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      }
    }
  }

  /** The keys of the jobs in the jobs queue, which is empty afterwards. */
  async queuedKeys(): Promise<string[]> {
    const bodies = await this.drain(this.stack.outputs.jobQueueUrl);
    return bodies.map((body) => (JSON.parse(body) as { key: string }).key);
  }

  /** Interrupts after the first call of this name, as Ctrl-C does. */
  interruptAfter(commandName: string): void {
    this.stack.sqs.middlewareStack.add(
      (next, context) => async (call) => {
        const result = await next(call);
        if (context["commandName"] === commandName) this.interrupt.abort();
        return result;
      },
      { step: "finalizeRequest", name: "interrupt", override: true },
    );
  }

  /** Everything is as at the start. */
  async reset(): Promise<void> {
    this.interrupt = new AbortController();
    this.answer = true;
    this.stack.sqs.middlewareStack.remove("interrupt");
    this.bucket.objects.clear();
    this.bucket.pictures.clear();
    this.bucket.listed.length = 0;
    this.bucket.pageSize = 1000;
    this.bucket.gets = 0;
    Object.assign(this.stack.outputs, {
      ...{ extrasAskedFor: "", outputBucketName: "videos", videoPrefixes: [], onExistingBucket: false },
      ...{ thumbnailKeyPrefix: "thumb/", extrasKeyPrefix: "extras/" },
    });
    const { jobQueueUrl, failedJobsQueueUrl, failedEventsQueueUrl } = this.stack.outputs;
    for (const queueUrl of [jobQueueUrl, failedJobsQueueUrl, failedEventsQueueUrl])
      await this.drain(queueUrl);
  }
}

/** The job of a video, as onVideoUploaded sends it. */
export function job(key: string) {
  return { version: 1, bucket: "videos", key, eTag: "1", size: 1, uploadedAt: "2026-01-01T00:00:00.000Z" };
}

/** A failed job, as the worker sends it. */
export function failure(key: string, reason = "not a video: it is a text file") {
  return { ...job(key), reason, attempts: 2, failedAt: "2026-01-01T00:01:00.000Z" };
}

/** S3's event by EventBridge, whose key is as it is. */
export function eventByEventBridge(detailType: string, key: string, bucket = "videos") {
  return {
    version: "0",
    "detail-type": detailType,
    source: "aws.s3",
    time: "2026-01-01T00:00:00Z",
    detail: { bucket: { name: bucket }, object: { key, etag: "1", size: 1 } },
  };
}

/** What EventBridge tells with an event that it could not give to a Lambda. */
export const undelivered = {
  RULE_ARN: `arn:aws:events:${region}:000000000000:rule/uploads-1a`,
  TARGET_ARN: `arn:aws:lambda:${region}:000000000000:function:onVideoUploaded-1a`,
  ERROR_CODE: "NO_PERMISSIONS",
  ERROR_MESSAGE: "not authorized to perform: lambda:InvokeFunction",
};

/** What Lambda sends of an event that it has given up. */
export function invocationRecord(functionName: string, keys: string[]) {
  return {
    version: "1.0",
    timestamp: "2026-01-01T00:02:00.000Z",
    requestContext: {
      functionArn: `arn:aws:lambda:${region}:000000000000:function:${functionName}:$LATEST`,
      condition: "RetriesExhausted",
      approximateInvokeCount: 3,
    },
    requestPayload: {
      Records: keys.map((key) => ({
        eventName: "ObjectCreated:Put",
        eventTime: "2026-01-01T00:00:00.000Z",
        s3: {
          bucket: { name: "videos" },
          object: { key: encodeURIComponent(key).replaceAll("%20", "+"), eTag: "1", size: 1 },
        },
      })),
    },
    responsePayload: { errorType: "Error", errorMessage: "SQS is away" },
  };
}
