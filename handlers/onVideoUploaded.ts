import { ECSClient } from "@aws-sdk/client-ecs";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { S3Event, S3EventRecord } from "aws-lambda";
import { asciiJson } from "../contract/asciiJson";
import type { Job } from "../worker/jobs/job";
import { ensureWorkers } from "./ensureWorkers";
import type { WorkerClients } from "./ensureWorkers";
import { required } from "./environment";
import type { Environment } from "./environment";
import { forEachRecord, objectKey } from "./s3Events";

/**
 * Makes the handler of S3's ObjectCreated events for videos: one job for each object, and a worker to do it.
 * The handler fails, so that Lambda gives it the event again, only when a job could not be sent.
 */
export function onVideoUploaded(
  env: Environment,
  clients: WorkerClients = { ecs: new ECSClient({}), sqs: new SQSClient({}) },
): (event: S3Event) => Promise<void> {
  return async (event) => {
    let sent = 0;
    try {
      await forEachRecord(event, async (record) => {
        const job = jobOf(record);
        const ignored = reasonToIgnore(job, required(env, "OUTPUT_PREFIX"));
        if (ignored !== undefined) {
          console.log({ event: "upload-ignored", key: job.key, reason: ignored });
          return;
        }
        await clients.sqs.send(
          new SendMessageCommand({
            QueueUrl: required(env, "JOB_QUEUE_URL"),
            MessageBody: asciiJson(job),
          }),
        );
        sent += 1;
        console.log({ event: "job-queued", key: job.key, sizeBytes: job.size });
      });
    } finally {
      if (sent > 0) await ensureWorkersOrLog(env, clients, sent);
    }
  };
}

/** The job that an upload asks for. */
export function jobOf(record: S3EventRecord): Job {
  return {
    version: 1,
    bucket: record.s3.bucket.name,
    key: objectKey(record),
    eTag: record.s3.object.eTag,
    size: record.s3.object.size,
    uploadedAt: record.eventTime,
  };
}

/** Why an object gets no thumbnail although its key is a video's; undefined when it gets one. */
export function reasonToIgnore(job: Job, outputPrefix: string): string | undefined {
  if (job.key.startsWith(outputPrefix)) return `under ${outputPrefix}, where the thumbnails are`;
  if (job.size === 0) return "empty object";
  return undefined;
}

/** The jobs are in the queue by now, so that no trouble with workers may have them sent again. */
async function ensureWorkersOrLog(env: Environment, clients: WorkerClients, jobs: number): Promise<void> {
  try {
    await ensureWorkers(env, clients, jobs);
  } catch (error) {
    console.warn({ event: "workers-not-ensured", error: String(error) });
  }
}
