/**
 * What the worker tells, one JSON object per line on stdout: `{"time", "level", "event", …}`. The local run and
 * CloudWatch's queries rely on `event` and `key`, so these names stay.
 */
export type WorkerLogEvent =
  | { level: "info"; event: "worker-started"; mode: "queue" | "one-shot" }
  | { level: "info"; event: "job-started"; key: string; bucket?: string; receiveCount?: number }
  | {
      level: "info";
      event: "thumbnail-stored";
      key: string;
      /** Where the picture went: a key in `bucket`. */
      thumbnail: string;
      bucket: string;
      /** From the job's start until the picture was stored. */
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
    }
  /** The video can never give a thumbnail; the job went to failed-jobs. */
  | { level: "error"; event: "job-failed"; key: string | undefined; reason: string }
  /** A passing fault; SQS shows the job again. */
  | {
      level: "warn";
      event: "job-left-for-retry";
      key: string | undefined;
      error: string;
      receiveCount?: number;
    }
  /** The worker was told to stop; the job in hand is visible in the queue again. */
  | { level: "info"; event: "job-returned"; key?: string }
  | { level: "warn"; event: "queue-unreachable"; error: string }
  | { level: "info"; event: "worker-idle"; idleSeconds: number }
  | { level: "info"; event: "worker-stopping"; reason: string }
  /** Its event loop stood still for so long that its watchdog ended it, and the job in hand with it. */
  | { level: "error"; event: "worker-stuck"; standstillSeconds: number }
  | { level: "error"; event: "worker-failed"; error: string };
