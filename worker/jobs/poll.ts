import type { Message } from "@aws-sdk/client-sqs";
import { Consumer } from "sqs-consumer";
import { messageOf } from "../errors";
import { BackOff, wait } from "./backOff";
import type { JobBench } from "./jobInHand";
import { systemAttributes } from "./receivedJob";

const visibilitySeconds = 120;
const heartbeatSeconds = 40;
const longestPollSeconds = 20;
/**
 * A queue that can not be reached so many times running, about five minutes of it, ends the worker: ECS or the
 * supervisor starts another. That is not so soon that it would look like an image that cannot start.
 */
const maxUnreachable = 10;

/** How long one call for a job waits at SQS when so much is left of a worker's time. */
export function pollSeconds(remainingSeconds: number): number {
  return Math.min(longestPollSeconds, Math.max(0, Math.ceil(remainingSeconds)));
}

/**
 * Takes one message after the other from the jobs queue and has `handle` handle it, until none came for the
 * environment's `idleSeconds`, until one has left the worker too large, or until the worker is told to stop and the
 * message in hand is dealt with. Throws when the queue stays unreachable.
 */
export function poll(
  { sqs, environment, log, memory, stop }: JobBench,
  handle: (message: Message) => Promise<void>,
): Promise<void> {
  const { jobQueueUrl, idleSeconds = Infinity } = environment;
  const backOff = new BackOff(environment.backOffSeconds / 5);
  let unreachable = 0;
  const consumer = Consumer.create({
    sqs,
    queueUrl: jobQueueUrl,
    batchSize: 1,
    messageSystemAttributeNames: [...systemAttributes],
    visibilityTimeout: visibilitySeconds,
    heartbeatInterval: heartbeatSeconds,
    waitTimeSeconds: pollSeconds(idleSeconds),
    // The wait after an error is ours.
    authenticationErrorTimeout: 0,
    preReceiveMessageCallback: async () => {
      if (unreachable > 0) await wait(backOff.nextSeconds(), stop);
    },
    terminateVisibilityTimeout: () => (stop.aborted ? 0 : visibilitySeconds),
    handleMessage: async (message) => {
      await handle(message);
      return message;
    },
  });

  const setPoll = (remainingSeconds: number) => {
    // The consumer takes 0 (a short poll, for `idleSeconds` of 0) only when it is made.
    const waitSeconds = pollSeconds(remainingSeconds);
    if (waitSeconds > 0) consumer.updateOption("waitTimeSeconds", waitSeconds);
  };

  return new Promise((resolve, reject) => {
    let jobInHand = false;
    let idleSince = performance.now();
    const finish = () => {
      consumer.stop({ abort: true });
      resolve();
    };
    const answered = () => {
      unreachable = 0;
      backOff.reset();
    };

    consumer.on("message_received", () => {
      jobInHand = true;
      answered();
    });
    consumer.on("response_processed", () => {
      jobInHand = false;
      idleSince = performance.now();
      setPoll(idleSeconds);
      const reason = memory.reasonToLeave();
      if (reason !== undefined && !stop.aborted) log({ level: "info", event: "worker-stopping", reason });
      if (reason !== undefined || stop.aborted) finish();
    });
    consumer.on("empty", () => {
      answered();
      const remainingSeconds = idleSeconds - (performance.now() - idleSince) / 1000;
      if (remainingSeconds > 0.5) {
        setPoll(remainingSeconds);
      } else {
        log({ level: "info", event: "worker-idle", idleSeconds });
        finish();
      }
    });
    consumer.on("error", (error) => {
      if (stop.aborted && !jobInHand) return;
      log({ level: "warn", event: "queue-unreachable", error: messageOf(error) });
      if (jobInHand || ++unreachable < maxUnreachable) return;
      consumer.stop({ abort: true });
      reject(new Error(`the jobs queue could not be reached ${maxUnreachable} times: ${messageOf(error)}`));
    });
    // `handle` has told of the error already.
    consumer.on("processing_error", () => undefined);
    const onStop = () => {
      // Aborting the consumer would also abort the call that deletes the job in hand, or makes it visible again.
      if (!jobInHand) finish();
    };
    stop.addEventListener("abort", onStop, { once: true });
    if (stop.aborted) finish();
    else consumer.start();
  });
}
