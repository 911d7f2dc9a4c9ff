import type { GetObjectCommandOutput } from "@aws-sdk/client-s3";
import type { S3Event, S3EventRecord } from "aws-lambda";

/** A record of an ObjectCreated event as S3 sends it; the key is given as S3 encodes it. */
export function createdRecord(encodedKey: string, sizeBytes = 1000): S3EventRecord {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "eu-west-1",
    eventTime: "2026-01-02T03:04:05.678Z",
    eventName: "ObjectCreated:Put",
    userIdentity: { principalId: "AWS:EXAMPLE" },
    requestParameters: { sourceIPAddress: "192.0.2.1" },
    responseElements: { "x-amz-request-id": "1", "x-amz-id-2": "2" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "video",
      bucket: { name: "videos", ownerIdentity: { principalId: "EXAMPLE" }, arn: "arn:aws:s3:::videos" },
      object: { key: encodedKey, size: sizeBytes, eTag: "0123456789abcdef", sequencer: "0A1B2C3D4E5F678901" },
    },
  };
}

/** A record of an ObjectTagging event, which tells less: neither the object's size nor a sequencer. */
export function taggingRecord(encodedKey: string, eTag = "0123456789abcdef"): object {
  const { s3, ...record } = createdRecord(encodedKey);
  const object = { key: encodedKey, eTag };
  return { ...record, eventVersion: "2.3", eventName: "ObjectTagging:Put", s3: { ...s3, object } };
}

export function createdEvent(...records: S3EventRecord[]): S3Event {
  return { Records: records };
}

/**
 * S3's event by EventBridge, whose key is as it is.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function eventByEventBridge(detailType: string, key: string, more: object = {}): object {
  return {
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": detailType,
    source: "aws.s3",
    account: "123456789012",
    time: "2026-01-02T03:04:05Z",
    region: "eu-west-1",
    resources: ["arn:aws:s3:::videos"],
    detail: {
      version: "0",
      bucket: { name: "videos" },
      object: { key, etag: "0123456789abcdef", ...more },
      "request-id": "N4N7GDK58NMKJ12R",
      requester: "123456789012",
    },
  };
}

/** What S3 answers a GET of this text. */
export function content(text: string): Pick<GetObjectCommandOutput, "Body" | "ContentLength"> {
  const Body = { transformToString: () => Promise.resolve(text) } as GetObjectCommandOutput["Body"];
  return { Body, ContentLength: Buffer.byteLength(text) };
}

/** What a handler writes to its log while `run` runs: strings as they are, objects as JSON. */
export async function logOf(run: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const original = { log: console.log, warn: console.warn, error: console.error };
  const write = (...values: unknown[]) =>
    lines.push(values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(" "));
  Object.assign(console, { log: write, warn: write, error: write });
  try {
    await run();
  } finally {
    Object.assign(console, original);
  }
  return lines;
}

/** What the program puts into the environment of the Lambdas that start workers. */
export const workerEnvironment = {
  ECS_CLUSTER_NAME: "cluster",
  ECS_TASK_DEFINITION: "family",
  ECS_TASK_DEFINITION_ARN: "arn:aws:ecs:eu-west-1:123456789012:task-definition/family:2",
  ECS_CONTAINER_NAME: "worker",
  ECS_TASK_VPC_SUBNETS: "subnet-1,subnet-2",
  ECS_TASK_SECURITY_GROUP: "sg-1",
  ECS_CAPACITY_PROVIDERS: "FARGATE",
  JOB_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
  MAX_WORKERS: "10",
  JOBS_PER_WORKER: "20",
  WORKER_IDLE_SECONDS: "30",
};
