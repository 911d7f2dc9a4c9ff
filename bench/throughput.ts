import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { WorkerLogEvent } from "../contract/workerLog";
import type { Cloud } from "./cloud";
import { bucket } from "./cloud";
import { markdown } from "./table";

interface Stored {
  readonly atMs: number;
  readonly seconds: number;
  readonly ffmpegSeconds: number;
}

/** One worker, as its image starts it, with `jobs` of the same video in its queue: a Markdown table of its pace. */
export async function throughput(cloud: Cloud, key: string, jobs: number): Promise<string> {
  await fillQueue(cloud, key, jobs);
  const { startedMs, stored } = await runWorker(cloud, jobs);
  const [first, last] = [stored[0], stored.at(-1)];
  if (first === undefined || last === undefined) throw new Error("the worker stored nothing");
  // The first job also opens the connections.
  const secondsPerJob = (last.atMs - first.atMs) / 1000 / (jobs - 1);
  const ffmpeg = mean(stored.slice(1).map((job) => job.ffmpegSeconds));
  return markdown([
    ["one worker, a queue of the same short video", ""],
    ["---", "---"],
    ["jobs per minute", (60 / secondsPerJob).toFixed(0)],
    ["from one thumbnail to the next", milliseconds(secondsPerJob)],
    ["of it: ffprobe and ffmpeg", milliseconds(ffmpeg)],
    ["of it: everything else", milliseconds(secondsPerJob - ffmpeg)],
    ["from the process's start to its first thumbnail", milliseconds((first.atMs - startedMs) / 1000)],
  ]);
}

async function fillQueue({ addresses }: Cloud, key: string, jobs: number): Promise<void> {
  const sqs = new SQSClient();
  const job = { version: 1, bucket, key, eTag: "any", size: 1, uploadedAt: new Date().toISOString() };
  for (let sent = 0; sent < jobs; sent += 10) {
    const Entries = Array.from({ length: Math.min(10, jobs - sent) }, (_, i) => ({
      Id: String(i),
      MessageBody: JSON.stringify(job),
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: addresses.queueUrls[0], Entries }));
  }
  sqs.destroy();
}

async function runWorker(cloud: Cloud, jobs: number): Promise<{ startedMs: number; stored: Stored[] }> {
  const [jobQueueUrl, failedJobsQueueUrl] = cloud.addresses.queueUrls;
  const startedMs = performance.now();
  const worker = spawn(process.execPath, [path.join(__dirname, "../worker/dist/worker.js")], {
    env: {
      ...process.env,
      JOB_QUEUE_URL: jobQueueUrl,
      FAILED_JOBS_QUEUE_URL: failedJobsQueueUrl,
      THUMBNAIL_TIMESTAMP: "00:02",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stored: Stored[] = [];
  for await (const line of createInterface({ input: worker.stdout })) {
    const event = JSON.parse(line) as WorkerLogEvent;
    if (event.event !== "thumbnail-stored") continue;
    stored.push({ atMs: performance.now(), seconds: event.seconds, ffmpegSeconds: event.ffmpegSeconds });
    if (stored.length === jobs) worker.kill();
  }
  return { startedMs, stored };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const milliseconds = (seconds: number) => `${Math.round(seconds * 1000)} ms`;
