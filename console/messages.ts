/**
 * What the console's server and its page tell each other: `GET /api/stream` sends {@link StreamMessages} as server-sent
 * events, the other addresses take and give JSON. Keys are as S3 has them, times ISO 8601, and nothing here is markup.
 */

import type { Manifest } from "../contract/manifest";
import type { VideoKeys } from "../contract/videoKeys";

/** What something is, or why that can not be told: one missing right takes away one part of the page, and no other. */
export type Reading<T> = { readonly value: T } | { readonly problem: Problem };

/** Why a call came to nothing, for a person. */
export interface Problem {
  readonly kind: ProblemKind;
  /** One sentence with the name of what it is about. */
  readonly message: string;
  /** Of `right`: such as `s3:ListBucket`. */
  readonly right?: string;
  readonly whatToDo: string;
}

/**
 * `credentials`: there are none, or they have expired; `right`: they may not; `gone`: no such bucket, queue or cluster in
 * this region; `region`: the bucket is in another one; `unreachable`: no answer, or none that helps; `cors`: the bucket lets
 * no page of this address upload; `refused`: what was asked for makes no sense; `other`: all else.
 */
export type ProblemKind =
  "credentials" | "right" | "gone" | "region" | "unreachable" | "cors" | "refused" | "other";

/** `GET /api/stack`: what does not change while the console is open. */
export interface StackInfo {
  /** `stack prod` or `local run`. */
  readonly title: string;
  readonly region: string;
  readonly isLocal: boolean;
  /** Nothing can be changed: every changing address answers 403. */
  readonly isReadOnly: boolean;
  readonly bucketName: string;
  readonly outputBucketName: string;
  /** The queues' names, for questions. */
  readonly jobQueueName: string;
  readonly failedJobsQueueName: string;
  readonly failedEventsQueueName: string;
  /** What the keys of videos begin with; empty: anything. */
  readonly videoPrefixes: readonly string[];
  readonly videoSuffixes: readonly string[];
  /** Which keys are taken for videos. */
  readonly videoKeys: VideoKeys;
  /** The stack made the videos' bucket itself; another is nobody's to change. */
  readonly isOwnBucket: boolean;
  /** The one line of contract/extras.ts; empty where only thumbnails are made. */
  readonly extrasAskedFor: string;
  /** The words that make a command of the operator's about this stack: `--stack prod`, `--local`. */
  readonly opsOptions: string;
  readonly dashboardUrl: string | null;
  /**
   * In seconds: how often it is looked for the outputs of a video that was asked for here, and how often the stack is read
   * while something is under way, and while nothing is.
   */
  readonly followSeconds: number;
  readonly busySeconds: number;
  readonly idleSeconds: number;
}

/** The server-sent events by their names. Whoever connects is first sent one of each, so that a reconnection mends all. */
export interface StreamMessages {
  readonly status: Status;
  /** All thumbnails. */
  readonly videos: Reading<readonly VideoSummary[]>;
  /** Thumbnails that have come or been replaced, and videos whose thumbnail is gone; only after `videos`. */
  readonly "videos-changed": {
    readonly changed: readonly VideoSummary[];
    readonly removed: readonly string[];
  };
  /** How far the videos are that somebody has uploaded, chosen a frame of, or sent back, by this console. */
  readonly progress: readonly VideoProgress[];
  readonly failures: Reading<Failures>;
}

/** How the stack stands. */
export interface Status {
  readonly readAt: string;
  readonly jobs: Reading<{ readonly waiting: number; readonly inHand: number }>;
  readonly failedJobs: Reading<number>;
  readonly failedEvents: Reading<number>;
  readonly workers: Reading<Workers>;
  /** How long the oldest job has waited; null where nobody knows. */
  readonly oldestJobSeconds: Reading<number | null>;
  /** Null where there is no CloudWatch. */
  readonly alarms: Reading<readonly Alarm[] | null>;
  /** Of the last hour, or as far back as this console knows. */
  readonly charts: Reading<readonly Chart[]>;
}

export interface Workers {
  readonly running: number;
  readonly starting: number;
  /** Those that failed within a minute of their start, or could not start, as far back as ECS tells: about an hour. */
  readonly diedYoung: readonly { readonly stoppedAt: string | null; readonly reason: string }[];
}

export interface Alarm {
  readonly name: string;
  readonly state: "ok" | "alarm" | "unknown";
  readonly since: string | null;
  /** What it means and what to do. */
  readonly description: string;
}

export interface Chart {
  readonly id: "waiting" | "workers" | "uploads" | "thumbnails" | "failed" | "oldest" | "wait";
  readonly name: string;
  readonly unit: "jobs" | "workers" | "videos" | "seconds";
  /** Seconds since the epoch, ascending; null where nothing is known. */
  readonly points: readonly (readonly [atSeconds: number, value: number | null])[];
}

/** A video with a thumbnail. */
export interface VideoSummary {
  /** The video's. */
  readonly key: string;
  /** The thumbnail's. */
  readonly thumbnail: string;
  /** When the thumbnail was stored. */
  readonly storedAt: string;
  /** The thumbnail's, without quotes; it changes when the thumbnail does. */
  readonly eTag: string;
}

/** The steps of a video, in their order. */
export type Phase = "queued" | "starting" | "working" | "frame" | "extras" | "done" | "failed";

/** How far a video is. */
export interface VideoProgress {
  readonly key: string;
  /**
   * `queued`: waits for a worker; `starting`: waits for one that starts; `working`: a worker has it, as far as
   * can be told; `frame`: its thumbnail is there, and nothing else is asked for or known; `extras`: its thumbnail is there,
   * and storyboard, preview or renditions are made; `done`, `failed`.
   */
  readonly phase: Phase;
  /** When each step was seen to begin. */
  readonly at: Readonly<Partial<Record<"uploaded" | Phase, string>>>;
  /** Of `queued` and `starting`: how many jobs wait before it, about. */
  readonly before: number | null;
  /** Of `failed`. */
  readonly reason: string | null;
}

export interface Failures {
  readonly jobs: readonly FailedVideo[];
  readonly events: readonly FailedEvent[];
}

export interface FailedVideo {
  /** Null of a message that is no job. */
  readonly key: string | null;
  readonly reason: string;
  /** What the reason means and what to do (contract/failureReasons.ts); null of one of another version. */
  readonly means: string | null;
  readonly whatToDo: string | null;
  readonly attempts: number | null;
  readonly failedAt: string | null;
  readonly uploadedAt: string | null;
  /** Where its log is: a page of CloudWatch's; null in a local run, whose log is in the terminal. */
  readonly logUrl: string | null;
}

export interface FailedEvent {
  readonly function: string;
  readonly error: string;
  readonly attempts: number | null;
  readonly failedAt: string | null;
  readonly keys: readonly string[];
}

/** `POST /api/thumbnails {keys}` of up to 100 videos: what is known of their thumbnails, in the same order. */
export interface ThumbnailFacts {
  readonly key: string;
  /** Base64; null of a thumbnail that nobody has told it of, or that is not there. */
  readonly thumbHash: string | null;
  /** `#rrggbb` */
  readonly dominantColor: string | null;
  /** Pixels. */
  readonly width: number | null;
  readonly height: number | null;
  readonly timestampSeconds: number | null;
  /** Of the video; null without a manifest. */
  readonly durationSeconds: number | null;
  /** The preview's key, by the manifest; null without one. */
  readonly preview: string | null;
  readonly hasStoryboard: boolean;
}

/**
 * `GET /api/storyboard?key=…`: how a video's storyboard is laid out, as its storyboard.json tells; `/api/storyboard.vtt?key=…`
 * is the same for players.
 */
export interface StoryboardFacts {
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly tiles: readonly {
    readonly startSeconds: number;
    /** The sheet's key. */
    readonly sheet: string;
    readonly x: number;
    readonly y: number;
  }[];
  readonly durationSeconds: number;
}

/** `GET /api/video?key=…` */
export interface VideoDetails {
  readonly key: string;
  readonly bytes: number;
  readonly uploadedAt: string;
  readonly contentType: string | null;
  /** Null without a thumbnail. */
  readonly thumbnail: ThumbnailFacts | null;
  /** Null where the settings ask for none, or it is not there yet. */
  readonly manifest: Manifest | null;
  /** What the video's tag chooses, such as `00:00:12.500`; null when nobody has chosen. */
  readonly chosen: Reading<string | null>;
  /** What said which frame the thumbnail is of; null without one. */
  readonly frameFrom: FrameFrom | null;
}

/** `auto`: the worker chose; else the video's tag, its metadata, the end of its file's name, or the stack's setting. */
export type FrameFrom = "auto" | "tag" | "metadata" | "name" | "setting";

/** `POST /api/choose`: null takes the choice back. Answers {@link ChoiceMade}. */
export interface ChooseRequest {
  readonly key: string;
  readonly timestamp: string | null;
}

export interface ChoiceMade {
  readonly key: string;
  readonly timestamp: string | null;
  readonly changed: boolean;
}

/** `POST /api/redrive`. Answers {@link RedriveResult}. */
export interface RedriveRequest {
  readonly selection: { readonly keys: readonly string[] } | "all" | "events";
}

export interface RedriveResult {
  readonly sent: number;
  /** Keys that no failed job has. */
  readonly missing: readonly string[];
  /** What was not sent, each with its reason. */
  readonly problems: readonly string[];
  readonly needless: readonly string[];
}

/** `GET /api/settings` */
export interface Setting {
  /** Such as `thumbnailWidth`. */
  readonly key: string;
  /** As `pulumi config` shows it; null where it is not set and has no default. */
  readonly value: string | null;
  readonly isDefault: boolean;
  readonly meaning: string;
  /** What to type to change it. */
  readonly command: string;
}

/** `POST /api/uploads {key, bytes, contentType}` begins one, which Uppy's aws-s3 calls createMultipartUpload. */
export interface UploadRequest {
  readonly key: string;
  readonly bytes: number;
  readonly contentType: string;
}

/** The upload that the other addresses under `/api/uploads/` are about; all take it, POST. */
export interface UploadInHand {
  readonly key: string;
  readonly uploadId: string;
}

/** `POST /api/uploads/exists` of up to 10,000 keys; answers those that the bucket has. */
export interface UploadedKeys {
  readonly keys: readonly string[];
}

/** `POST /api/uploads/sign {…UploadInHand, partNumber}`: where a part is PUT to, for some minutes. */
export interface SignedPart {
  readonly url: string;
}

/**
 * `POST /api/uploads/parts {…UploadInHand}`: those that S3 has; `/complete` takes them, `/abort` takes none. Of an upload that
 * S3 knows no longer both answer 404 with a problem of kind `gone`, and `/abort` nothing.
 */
export interface UploadedPart {
  readonly PartNumber: number;
  readonly Size: number;
  readonly ETag: string;
}

/** What every address under /api/ answers when it does not do what it was asked for: 400, 403, 404 or 502. */
export interface Refusal {
  readonly problem: Problem;
}
