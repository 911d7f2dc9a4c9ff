import type * as pulumi from "@pulumi/pulumi";
import type { ExtrasSettings, PreviewSettings, Rendition, StoryboardSettings } from "../../contract/extras";
import type { ThumbnailFormat } from "../../contract/outputs";
import { defaultTimestamp } from "../../contract/timestamp";
import type { VideoThumbnailerArgs } from "./args";

/** What a VideoThumbnailer is to be; every value has been checked that is known. */
export interface Settings extends ExtrasSettings {
  /** Which frame, in the worker's own syntax: `auto`, `00:02`, `01:02:03.5`, `25%`. */
  thumbnailTimestamp: string;
  thumbnailFormat: ThumbnailFormat;
  /** Pixels of the longer side; 0 keeps the video's own size. */
  thumbnailWidth: number;
  /** Endings of keys that are videos, each with its dot; as configured, in one case. */
  videoSuffixes: string[];
  /** Undefined where none is made. */
  storyboard: StoryboardSettings | undefined;
  preview: PreviewSettings | undefined;
  renditions: Rendition[];
  /** An existing bucket that the videos are in; undefined where one is made. */
  bucketName: pulumi.Input<string> | undefined;
  /** What the keys of videos begin with, none with another's beginning; empty: anything. */
  prefixes: string[];
  /** What the keys of thumbnails and of all else begin with, each with its slash; neither with the other. */
  outputPrefix: string;
  extrasPrefix: string;
  /** An existing bucket that all outputs go to; undefined for that of the videos. */
  outputBucketName: pulumi.Input<string> | undefined;
  /** Pages of these origins may upload into the bucket that is made, by requests that are signed for them. */
  uploadOrigins: string[];
  /** An existing network, with its subnets; undefined where one is made. */
  vpcId: pulumi.Input<string> | undefined;
  subnetIds: pulumi.Input<pulumi.Input<string>[]> | undefined;
  assignPublicIp: boolean;
  securityGroupId: pulumi.Input<string> | undefined;
  kmsKeyArn: pulumi.Input<string> | undefined;
  permissionsBoundary: pulumi.Input<string> | undefined;
  rolePath: string;
  tags: Record<string, string>;
  accessLogsBucket: pulumi.Input<string> | undefined;
  maxWorkers: number;
  warmWorkers: number;
  /** Fargate CPU units; 1024 are one vCPU. */
  taskCpu: number;
  /** MiB. */
  taskMemory: number;
  architecture: Architecture;
  spot: boolean;
  publicThumbnails: boolean;
  /** A deleted video's thumbnail goes, too. */
  removeThumbnails: boolean;
  forceDestroy: boolean;
  logRetentionDays: number;
  alarmEmail: string | undefined;
  /** A CloudWatch dashboard, with the custom metrics that it needs. */
  dashboard: boolean;
  imageUri: string | undefined;
  /** Any text; another one builds the image anew from what Debian has now. */
  imageRefresh: string;
}

export const architectures = ["X86_64", "ARM64"] as const;
export type Architecture = (typeof architectures)[number];

/** The same as the defaults declared in Pulumi.yaml, which only the Pulumi engine applies. */
export const defaults = {
  thumbnailTimestamp: defaultTimestamp,
  thumbnailFormat: "png",
  thumbnailWidth: 1280,
  videoSuffixes: [".mp4"],
  storyboard: false,
  storyboardTileWidth: 160,
  storyboardFormat: "jpg",
  preview: false,
  previewSeconds: 4,
  previewWidth: 320,
  renditions: [],
  bucketName: "",
  prefixes: [],
  outputPrefix: "thumb/",
  extrasPrefix: "extras/",
  outputBucketName: "",
  uploadOrigins: [],
  vpcId: "",
  subnetIds: [],
  assignPublicIp: true,
  securityGroupId: "",
  kmsKeyArn: "",
  permissionsBoundary: "",
  rolePath: "/",
  tags: {},
  accessLogsBucket: "",
  maxWorkers: 10,
  warmWorkers: 0,
  taskCpu: 256,
  taskMemory: 512,
  architecture: "X86_64",
  spot: false,
  publicThumbnails: false,
  removeThumbnails: false,
  forceDestroy: false,
  logRetentionDays: 14,
  alarmEmail: "",
  dashboard: true,
  imageUri: "",
  imageRefresh: "",
} as const satisfies Record<keyof VideoThumbnailerArgs, unknown>;

/** A setting's name. */
export type Key = keyof typeof defaults;
