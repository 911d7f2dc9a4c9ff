import type * as pulumi from "@pulumi/pulumi";

/**
 * What a VideoThumbnailer is to be. Every argument may be left out, and is what the stack's setting of the same name is;
 * README.md has their defaults. What decides which resources there are must be known when the program runs; what names
 * something that others made (a bucket, a network, a key) may be an output of theirs.
 */
export interface VideoThumbnailerArgs {
  /**
   * Which frame: `auto` for the one that stands best for the video, or `SS[.mmm]`, `MM:SS[.mmm]`, `HH:MM:SS[.mmm]`, or a
   * percentage of the duration such as `25%`. Past the end: the last frame. By default `auto`.
   */
  thumbnailTimestamp?: string;
  /** `png`, `jpg` or `webp`. By default `png`. */
  thumbnailFormat?: string;
  /** Pixels on the longer side; never upscales; 0 keeps the video's own size. By default 1280. */
  thumbnailWidth?: number;
  /** Endings of the keys that are videos, each with its dot. By default `.mp4` alone. */
  videoSuffixes?: string[];
  /** Sheets of small pictures all over the video, with WebVTT and JSON for players to scrub by. By default none. */
  storyboard?: boolean;
  /** Pixels; the height follows the display aspect ratio. By default 160. */
  storyboardTileWidth?: number;
  /** `jpg` or `webp`, of the sheets. By default `jpg`. */
  storyboardFormat?: string;
  /** A short animated WebP of several places of the video. By default none. */
  preview?: boolean;
  /** How long the preview plays before it begins again. By default 4. */
  previewSeconds?: number;
  /** Pixels on the longer side; never upscales. By default 320. */
  previewWidth?: number;
  /** Further sizes and formats of the thumbnail, such as `320.webp`; up to eight. By default none. */
  renditions?: string[];
  /** An existing bucket that the videos are in; nothing of it is changed. By default a bucket is made. */
  bucketName?: pulumi.Input<string>;
  /** What the keys of videos begin with, such as `uploads/`; up to ten. By default anything. */
  prefixes?: string[];
  /** What the keys of thumbnails begin with. By default `thumb/`. */
  outputPrefix?: string;
  /** What the keys of all else that is made begin with. By default `extras/`. */
  extrasPrefix?: string;
  /** An existing bucket that all outputs go to; nothing of it is changed. By default that of the videos. */
  outputBucketName?: pulumi.Input<string>;
  /**
   * Origins of pages that may upload into the bucket that is made, by requests signed for them, such as
   * `https://www.example.com`; up to ten. `http://127.0.0.1:*` are those of the console. By default none.
   */
  uploadOrigins?: string[];
  /** An existing network for the workers. By default one is made. */
  vpcId?: pulumi.Input<string>;
  /** The subnets of `vpcId` that workers run in. */
  subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether workers have a public address; without one `subnetIds` need NAT or endpoints. By default they have. */
  assignPublicIp?: boolean;
  /** A security group of `vpcId` for the workers. By default one is made that lets nothing in, and HTTPS out. */
  securityGroupId?: pulumi.Input<string>;
  /** The ARN of a KMS key that encrypts objects, queues, topics, logs and the image. By default AWS's own keys do. */
  kmsKeyArn?: pulumi.Input<string>;
  /** The ARN of a policy that every role is made with as its permissions boundary. By default none. */
  permissionsBoundary?: pulumi.Input<string>;
  /** The path of every role. By default `/`. */
  rolePath?: string;
  /** Tags of all that can have any, besides `project` and `stack`. */
  tags?: Record<string, string>;
  /** An existing bucket that takes the access logs of the bucket that is made. By default there are none. */
  accessLogsBucket?: pulumi.Input<string>;
  /** Most workers at once. By default 10. */
  maxWorkers?: number;
  /** Workers kept running for thumbnails in about a second; they bill while they run. By default 0. */
  warmWorkers?: number;
  /** Fargate CPU units of a worker; 1024 are one vCPU. By default 256. */
  taskCpu?: number;
  /** MiB of memory of a worker; Fargate allows only certain pairs with `taskCpu`. By default 512. */
  taskMemory?: number;
  /** `X86_64` or `ARM64`, for the workers and the image. By default `X86_64`. */
  architecture?: string;
  /** Run burst workers on FARGATE_SPOT, falling back to FARGATE. By default not. */
  spot?: boolean;
  /** Anyone may read what is made of videos; of an existing bucket, its own policy says who. By default nobody may. */
  publicThumbnails?: boolean;
  /** When a video is deleted, what was made of it is deleted, too. By default it stays. */
  removeThumbnails?: boolean;
  /** The bucket that is made may be destroyed with files in it. By default not. */
  forceDestroy?: boolean;
  /** How long CloudWatch keeps the logs; a number of days that CloudWatch accepts. By default 14. */
  logRetentionDays?: number;
  /** An address that is told of failed jobs and of a queue that stands still. By default none. */
  alarmEmail?: string;
  /** A CloudWatch dashboard and the custom metrics it needs; AWS bills both. By default there is one. */
  dashboard?: boolean;
  /** Use this worker image instead of building one. */
  imageUri?: string;
  /** Any text, such as the date; another one rebuilds the image with Debian's security fixes of that day. */
  imageRefresh?: string;
}
