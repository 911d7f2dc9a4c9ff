import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { asciiJson } from "../contract/asciiJson";
import { jobOf, reasonToIgnore } from "../contract/uploads";
import { ecsClient, sqsClient } from "./awsClients";
import { outputPrefixes, videoPrefixes } from "./bucketVideos";
import { ensureWorkers } from "./ensureWorkers";
import type { WorkerClients } from "./ensureWorkers";
import { required } from "./environment";
import type { Environment } from "./environment";
import { forEachObject } from "./s3Events";

/**
 * Makes the handler of S3's events of new videos, and of videos whose tags were changed: one job for each object, and a
 * worker to do it. Which tags were changed S3 does not tell, and the worker finds out.
 * The handler fails, so that Lambda gives it the event again, only when a job could not be sent.
 */
export function onVideoUploaded(
  env: Environment,
  clients: WorkerClients = { ecs: ecsClient(), sqs: sqsClient() },
): (event: unknown) => Promise<void> {
  return async (event) => {
    let sent = 0;
    try {
      await forEachObject(event, async (object) => {
        const job = jobOf(object);
        const ignored = reasonToIgnore(job, outputPrefixes(env), videoPrefixes(env));
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
        console.log(
          job.taggedAt === undefined
            ? { event: "job-queued", key: job.key, sizeBytes: job.size }
            : { event: "job-queued-again", key: job.key },
        );
      });
    } finally {
      if (sent > 0) await ensureWorkersOrLog(env, clients, sent);
    }
  };
}

/** The jobs are in the queue by now, so that no trouble with workers may have them sent again. */
async function ensureWorkersOrLog(env: Environment, clients: WorkerClients, jobs: number): Promise<void> {
  try {
    await ensureWorkers(env, clients, jobs);
  } catch (error) {
    console.warn({ event: "workers-not-ensured", error: String(error) });
  }
}
