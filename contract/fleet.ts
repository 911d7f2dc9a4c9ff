/**
 * What the functions put into `startedBy` when they start a worker: up to 36 letters, digits and hyphens.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
 */
export const startedByFleet = "video-thumbnailer-fleet";

/** What tells a worker from a task that somebody runs by hand. */
export interface TaskOrigin {
  readonly startedBy?: string | undefined;
  readonly group?: string | undefined;
}

/**
 * Whether a task of the stack's cluster takes jobs from the queue: one that the functions started, or the service's, which
 * keeps warm workers. Any other was run by hand, for one video: it takes no worker's slot.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
 */
export function isWorker({ startedBy, group }: TaskOrigin): boolean {
  return startedBy === startedByFleet || group?.startsWith("service:") === true;
}

/** A worker that works lives longer: it waits for further jobs for half a minute before it leaves. */
const youngSeconds = 60;

/** How a task ended. */
export interface TaskEnd {
  readonly stopCode?: string | undefined;
  readonly containers?: readonly { readonly exitCode?: number | undefined }[] | undefined;
  readonly startedAt?: Date | undefined;
  readonly stoppedAt?: Date | undefined;
}

/**
 * Whether a stopped worker failed soon after it was started, or could not start; one that was taken away (Spot, a
 * deployment) has not failed. https://docs.aws.amazon.com/AmazonECS/latest/userguide/stopped-task-error-codes.html
 */
export function diedYoung({ stopCode, containers = [], startedAt, stoppedAt }: TaskEnd): boolean {
  if (stopCode === "TaskFailedToStart") return true;
  const failed = stopCode === "EssentialContainerExited" && containers.some(({ exitCode }) => exitCode !== 0);
  if (!failed || startedAt === undefined || stoppedAt === undefined) return failed;
  return stoppedAt.getTime() - startedAt.getTime() < youngSeconds * 1000;
}
