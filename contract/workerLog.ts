/**
 * What the worker tells, one JSON object per line on stdout: `{"time", "level", "event", …}`. The local run and
 * CloudWatch's queries rely on `event` and `key`, so these names stay.
 */
export type WorkerLogEvent =
  | { level: "info"; event: "worker-started"; mode: "queue" | "one-shot" }
  | {
      level: "info";
      event: "job-started";
      key: string;
      bucket?: string;
      /** More than 1: whoever had this message before ended without a word. */
      receiveCount?: number;
      /** How often the job has failed by its own doing before. */
      failures?: number;
    }
  | {
      level: "info";
      event: "thumbnail-stored";
      key: string;
      /** Where the picture went: a key in `bucket`. */
      thumbnail: string;
      bucket: string;
      /** From the job's start until the picture was stored; what else is made of the video comes after it. */
      seconds: number;
      /** Of it, while ffprobe and ffmpeg ran, also waiting for S3. */
      ffmpegSeconds: number;
      /** Of an upload's own job: from the upload until the picture was stored, all waiting included. */
      uploadToThumbnailSeconds?: number;
      /** What was read of the video, and in how many requests. */
      bytesRead: number;
      requests: number;
      videoBytes: number;
      /** Pixels. */
      width: number;
      height: number;
      timestampRequestedSeconds: number;
      timestampSeconds: number;
      /** Only of a damaged video's picture: ffmpeg could not decode it, or what it refers to, without errors. */
      decodeErrors?: true;
      /** The worker chose the frame. */
      timestampRequested?: "auto";
      /** From 0 to 1, and what is wrong with the frame all the same; absent where no frame could be looked at. */
      score?: number;
      verdicts?: readonly string[];
    }
  | {
      level: "info";
      event: "outputs-stored";
      key: string;
      /** Where the manifest went: a key in `bucket`. */
      manifest: string;
      bucket: string;
      /** Extras, without thumbnail and manifest, and what they have in all. */
      outputs: number;
      bytes: number;
      /** From the job's start until the manifest was stored, and of each maker. */
      seconds: number;
      makerSeconds: Readonly<Record<string, number>>;
      /** What was read of the video in all, its thumbnail's part included, and in how many requests. */
      bytesRead: number;
      requests: number;
    }
  /** Another worker has come to make the same video's outputs since, and makes or has made them. */
  | { level: "info"; event: "outputs-left"; key: string; bucket: string }
  /** The video's tags were changed, and its thumbnail is already the one that they ask for. */
  | { level: "info"; event: "thumbnail-kept"; key: string; thumbnail: string; bucket: string }
  /** S3, SQS or the network is in trouble: the worker keeps the job in hand, and tries it again then. */
  | { level: "warn"; event: "job-waits"; key: string; error: string; waitSeconds: number }
  /** The video can never give a thumbnail, or has failed too often; the job went to failed-jobs. */
  | { level: "error"; event: "job-failed"; key: string | undefined; reason: string }
  /** The job failed and has tries left (`failures` are spent), or SQS took no word of it: SQS shows it again. */
  | {
      level: "warn";
      event: "job-left-for-retry";
      key: string | undefined;
      error: string;
      receiveCount?: number;
      failures?: number;
    }
  /** The worker was told to stop, or waited for S3 for too long: the job is in the queue again, and no try is spent. */
  | { level: "info"; event: "job-returned"; key: string; error: string }
  | { level: "warn"; event: "queue-unreachable"; error: string }
  | { level: "info"; event: "worker-idle"; idleSeconds: number }
  | { level: "info"; event: "worker-stopping"; reason: string }
  /** Its event loop stood still for so long that its watchdog ended it, and the job in hand with it. */
  | { level: "error"; event: "worker-stuck"; standstillSeconds: number }
  | { level: "error"; event: "worker-failed"; error: string };
