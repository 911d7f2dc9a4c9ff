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
  /** ISO 8601; when an operator's backfill or redrive asked for it (again). An upload's own job has none. */
  readonly requestedAt?: string | undefined;
}

/** A message of the failed-jobs queue that a worker sent: the job, or the text that was no job, and why it failed. */
export type FailedJobMessage = (Job | { readonly message: string }) & {
  readonly reason: string;
  /** How often a worker has tried. */
  readonly attempts: number;
  /** ISO 8601. */
  readonly failedAt: string;
};

/** What a worker adds to a job that it puts aside. */
export const failureFields = ["reason", "attempts", "failedAt"] as const satisfies (keyof FailedJobMessage)[];
