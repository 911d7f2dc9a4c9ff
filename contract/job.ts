/** One video to make a thumbnail of: the JSON body of a message in the jobs queue. */
export interface Job {
  readonly version: 1;
  readonly bucket: string;
  /** The object's key, decoded. */
  readonly key: string;
  /** Without quotes. */
  readonly eTag: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601. */
  readonly uploadedAt: string;
  /**
   * ISO 8601; of a job that a change of the video's tags has asked for, when that was. `uploadedAt` is the same then: S3
   * does not tell it with such a change.
   */
  readonly taggedAt?: string | undefined;
  /** ISO 8601; when an operator's backfill or redrive asked for it (again). An upload's own job has none. */
  readonly requestedAt?: string | undefined;
  /** How often it has failed by its own doing. A worker that sends a job again counts; a new job has none. */
  readonly failures?: number | undefined;
  /** ISO 8601; when a job that a worker has sent again first came into the queue. */
  readonly queuedAt?: string | undefined;
}

/** A message of the failed-jobs queue that a worker sent: the job, or the text that was no job, and why it failed. */
export type FailedJobMessage = (Job | { readonly message: string }) & {
  readonly reason: string;
  /** How often a worker has tried. */
  readonly attempts: number;
  /** ISO 8601. */
  readonly failedAt: string;
};

/** What workers add to a job; without it, a job begins anew. */
export const failureFields = ["reason", "attempts", "failedAt", "failures", "queuedAt"] as const satisfies (
  keyof FailedJobMessage | keyof Job
)[];

/** SQS keeps a message this long, the longest that it can, and drops it then. */
export const queueRetentionSeconds = 14 * 24 * 3600;
