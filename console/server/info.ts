import { nameOfQueue, videoKeysOf, type Stack } from "../../ops/stack";
import type { StackInfo } from "../messages";

/** How often a stack is read; a local run costs nothing. */
const pace = {
  local: { followSeconds: 0.1, busySeconds: 0.5, idleSeconds: 2 },
  deployed: { followSeconds: 1, busySeconds: 5, idleSeconds: 30 },
};

/** What of a stack does not change while a console is open. */
export function infoOf(stack: Stack, given: Pick<StackInfo, "isReadOnly" | "opsOptions">): StackInfo {
  const { title, isLocal, outputs } = stack;
  const { region, bucketName, outputBucketName, videoPrefixes, videoSuffixes, extrasAskedFor } = outputs;
  return {
    ...{ title, region, isLocal, bucketName, outputBucketName },
    ...{ videoPrefixes, videoSuffixes, extrasAskedFor },
    jobQueueName: nameOfQueue(outputs.jobQueueUrl),
    failedJobsQueueName: nameOfQueue(outputs.failedJobsQueueUrl),
    failedEventsQueueName: nameOfQueue(outputs.failedEventsQueueUrl),
    videoKeys: videoKeysOf(outputs),
    isOwnBucket: !outputs.onExistingBucket,
    ...given,
    dashboardUrl: (isLocal ? undefined : outputs.dashboardUrl) ?? null,
    ...(isLocal ? pace.local : pace.deployed),
  };
}
