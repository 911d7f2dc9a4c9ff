import type { S3Client } from "@aws-sdk/client-s3";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { failedAtEveryTry } from "../../contract/failureReasons";
import type { Manifest } from "../../contract/manifest";
import { objectEventsIn, readObjectEvent } from "../../contract/objectEvents";
import type { GivenUp } from "../services/lambda/asyncInvocation";
import type { DeadLetter } from "../services/events/deliveries";
import type { LocalFunctions } from "../services/lambda/registeredFunctions";
import type { LocalMessaging, WaitingMessage } from "../services/messaging";
import type { Outcomes } from "./outcomes";
import { parseObject } from "./parseObject";
import { storedThumbnail, videoOf } from "./storedThumbnail";
import { listenToTopics } from "./topicListener";
import type { MadeFiles } from "../program/madeFiles";
import { ofType, textOutput, workerVariable, type Resource } from "../program/resources";

export interface PipelineWatchOptions {
  resources: Resource[];
  messaging: LocalMessaging;
  sqs: SQSClient;
  s3: S3Client;
  files: MadeFiles;
  /** The queue that hears what is published to any topic. */
  listenerQueueUrl: string;
  functions: LocalFunctions;
  outcomes: Outcomes;
  /** Whether an upload is under way. */
  isUploading: () => boolean;
  /** Told of each manifest that is told of, before its video's outcome is. */
  onOutputs: (manifest: Manifest) => void;
}

/** Finds out what becomes of each upload, from the places where an operator would look. */
export interface PipelineWatch {
  /** Takes an event that a Lambda kept failing on. */
  eventGivenUp(event: GivenUp): void;
  /** Takes an event that EventBridge could not give to a Lambda. */
  eventUndelivered(letter: DeadLetter): void;
  settled(): Promise<void>;
  failedJobs(): Promise<WaitingMessage[]>;
  stop(): Promise<void>;
}

const pollMs = 100;
/** Nothing must have been under way so many times running before an upload counts as lost. */
const quietPolls = 5;

/**
 * Success is what the thumbnails topic says: of a thumbnail, and of a manifest where more is made; failure is a message in failed-jobs, an event that was given up, or
 * that nothing at all is under way any more.
 */
export function watchPipeline(options: PipelineWatchOptions): PipelineWatch {
  const { messaging, sqs, s3, files, listenerQueueUrl, functions, outcomes } = options;
  const jobsQueue = workerQueue(options.resources, "JOB_QUEUE_URL");
  const failedJobsQueue = workerQueue(options.resources, "FAILED_JOBS_QUEUE_URL");
  const seenFailures = new Set<string>();
  const stopping = new AbortController();
  const whenQuiet: (() => void)[] = [];

  const failedJobs = () => messaging.peek(failedJobsQueue);
  const isQuiet = async () =>
    !options.isUploading() &&
    functions.pendingEvents() === 0 &&
    (await messaging.peek(jobsQueue)).length === 0 &&
    (await messaging.peek(queueName(listenerQueueUrl))).length === 0;

  let quiet = 0;
  /** The keys that were pending at the last look. */
  let looked = new Set<string>();
  const poll = async () => {
    while (!stopping.signal.aborted) {
      // What is expected since this look began is not looked for yet.
      const pending = outcomes.pendingKeys();
      const isNew = pending.some((key) => !looked.has(key));
      looked = new Set(pending);
      quiet = (await isQuiet()) && !isNew ? quiet + 1 : 0;
      for (const message of await failedJobs()) {
        if (seenFailures.has(message.messageId)) continue;
        seenFailures.add(message.messageId);
        await settleFailure(message);
      }
      if (quiet >= quietPolls) {
        for (const key of pending) outcomes.settle(key, { ok: false, reason: lost });
        for (const resolve of whenQuiet.splice(0)) resolve();
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  };
  const settleFailure = async ({ body, messageAttributes }: WaitingMessage) => {
    const { key, reason } = parseObject<{ key: string; reason: string }>(body) ?? {};
    if (key === undefined) return;
    const thumbnail = files.hasExtras
      ? await storedThumbnail(s3, files.bucket, key, files.thumbnails)
      : undefined;
    outcomes.settle(key, {
      ok: false,
      reason: messageAttributes["reason"]?.StringValue ?? reason ?? failedAtEveryTry,
      ...(thumbnail !== undefined && { thumbnail }),
    });
  };
  const listening = listenToTopics(sqs, listenerQueueUrl, stopping.signal, {
    thumbnailCreated({ videoKey, key }) {
      if (videoKey !== null && !files.hasExtras) outcomes.settle(videoKey, { ok: true, thumbnail: key });
    },
    outputsReady(manifest) {
      options.onOutputs(manifest);
      const thumbnail = manifest.outputs.find(({ kind }) => kind === "thumbnail")?.key;
      outcomes.settle(
        manifest.video.key,
        thumbnail === undefined
          ? { ok: false, reason: "its manifest names no thumbnail" }
          : { ok: true, thumbnail, manifest },
      );
    },
  });
  const loops = Promise.all([poll(), listening]);
  /** An object that cannot be asked (gone, or the cloud is stopping) stands for itself. */
  const settleObjectsOf = (event: unknown, reason: string) => {
    for (const { bucket, key } of objectsIn(event)) {
      void videoOf(s3, bucket, key)
        .catch(() => key)
        .then((video) => {
          outcomes.settle(video, { ok: false, reason });
        });
    }
  };

  return {
    eventGivenUp({ functionName, event, error }) {
      settleObjectsOf(event, `${functionName} failed: ${error.errorType}: ${error.errorMessage}`);
    },
    eventUndelivered({ event, attributes }) {
      const { ERROR_CODE = "", ERROR_MESSAGE = "" } = attributes;
      settleObjectsOf(event, `EventBridge could not deliver its event: ${ERROR_CODE}: ${ERROR_MESSAGE}`);
    },
    settled() {
      quiet = 0;
      return new Promise((resolve) => whenQuiet.push(resolve));
    },
    failedJobs,
    async stop() {
      stopping.abort();
      await loops;
    },
  };
}

const lost =
  "lost: nothing is under way any more, and there is neither what was to be made of it nor a failed job";

/** The name of the queue whose URL a variable of the registered worker holds. */
function workerQueue(resources: Resource[], variable: string): string {
  const url = workerVariable(resources, variable);
  const queue = ofType(resources, "aws:sqs/queue:Queue").find(({ id }) => id === url);
  if (queue === undefined) throw new Error(`The worker's ${variable} is no registered queue: ${url}.`);
  return textOutput(queue, "name");
}

function queueName(url: string): string {
  return url.split("/").at(-1) ?? url;
}

/** The objects that an event of S3's is about; none, for any other event. */
function objectsIn(event: unknown): { bucket: string; key: string }[] {
  try {
    return objectEventsIn(event).map(readObjectEvent);
  } catch {
    return [];
  }
}
