import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { failedAtEveryTry } from "../contract/failureReasons";
import type { ThumbnailCreated } from "../contract/messages";
import type { GivenUp } from "./services/lambda/asyncInvocation";
import type { LocalFunctions } from "./services/lambda/registeredFunctions";
import type { LocalMessaging, WaitingMessage } from "./services/messaging";
import type { Outcomes } from "./outcomes";
import { ofType, textOutput, workerVariable, type Resource } from "./program/resources";

export interface PipelineWatchOptions {
  resources: Resource[];
  messaging: LocalMessaging;
  sqs: SQSClient;
  /** The queue that hears what is published to any topic. */
  listenerQueueUrl: string;
  functions: LocalFunctions;
  outcomes: Outcomes;
  /** Whether an upload is under way. */
  isUploading: () => boolean;
  /** The video that an object is the thumbnail of; of any other object, its own key. */
  videoOf: (key: string) => Promise<string>;
}

/** Finds out what becomes of each upload, from the places where an operator would look. */
export interface PipelineWatch {
  /** Takes an event that a Lambda kept failing on. */
  eventGivenUp(event: GivenUp): void;
  settled(): Promise<void>;
  failedJobs(): Promise<WaitingMessage[]>;
  stop(): Promise<void>;
}

const pollMs = 100;
/** Nothing must have been under way so many times running before an upload counts as lost. */
const quietPolls = 5;

/**
 * Success is what the thumbnails topic says; failure is a message in failed-jobs, an event that was given up, or
 * that nothing at all is under way any more.
 */
export function watchPipeline(options: PipelineWatchOptions): PipelineWatch {
  const { messaging, sqs, listenerQueueUrl, functions, outcomes, videoOf } = options;
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
        settleFailure(message, outcomes);
      }
      if (quiet >= quietPolls) {
        for (const key of pending) outcomes.settle(key, { ok: false, reason: lost });
        for (const resolve of whenQuiet.splice(0)) resolve();
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  };
  const receive = async () => {
    const request = new ReceiveMessageCommand({ QueueUrl: listenerQueueUrl, WaitTimeSeconds: 20 });
    try {
      return (await sqs.send(request, { abortSignal: stopping.signal })).Messages ?? [];
    } catch (error) {
      if (stopping.signal.aborted) return [];
      throw error;
    }
  };
  const listen = async () => {
    while (!stopping.signal.aborted) {
      const messages = await receive();
      for (const { Body = "", ReceiptHandle } of messages) {
        const told = parseObject<ThumbnailCreated>(Body);
        const isThumbnail = told?.type === "thumbnail-created";
        if (isThumbnail && typeof told.videoKey === "string" && typeof told.key === "string") {
          outcomes.settle(told.videoKey, { ok: true, thumbnail: told.key });
        }
        await sqs.send(new DeleteMessageCommand({ QueueUrl: listenerQueueUrl, ReceiptHandle }));
      }
    }
  };
  const loops = Promise.all([poll(), listen()]);

  return {
    eventGivenUp({ functionName, event, error }) {
      const reason = `${functionName} failed: ${error.errorType}: ${error.errorMessage}`;
      for (const key of keysOf(event)) {
        // An object that cannot be asked (gone, or the cloud is stopping) stands for itself.
        void videoOf(key)
          .catch(() => key)
          .then((video) => {
            outcomes.settle(video, { ok: false, reason });
          });
      }
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

const lost = "lost: nothing is under way any more, and there is neither a thumbnail nor a failed job";

function settleFailure(message: WaitingMessage, outcomes: Outcomes): void {
  const { key, reason } = parseObject<{ key: string; reason: string }>(message.body) ?? {};
  if (key === undefined) return;
  const attribute = message.messageAttributes["reason"]?.StringValue;
  outcomes.settle(key, { ok: false, reason: attribute ?? reason ?? failedAtEveryTry });
}

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

/** The keys in an event of S3's. */
function keysOf(event: unknown): string[] {
  const { Records = [] } = event as { Records?: { s3?: { object: { key: string } } }[] };
  return Records.flatMap(({ s3 }) => (s3 ? [decodeURIComponent(s3.object.key.replaceAll("+", " "))] : []));
}

function parseObject<T>(json: string): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
