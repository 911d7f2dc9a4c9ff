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
