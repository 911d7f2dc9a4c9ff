import * as pulumi from "@pulumi/pulumi";
import { hasExtras, manifestName, sheetFormats } from "../../contract/extras";
import type { ExtrasSettings, PreviewSettings, Rendition, StoryboardSettings } from "../../contract/extras";
import { thumbnailFormats, type ThumbnailFormat } from "../../contract/outputs";
import { defaultTimestamp, parseTimestamp } from "../../contract/timestamp";
import { fargateMemoryMiB, fargateSizeProblem } from "./fargate";
import { parseRenditions, parseSuffixes } from "./lists";
import { Values } from "./values";

/** What a stack is configured to be; every value has been checked. */
export interface Settings extends ExtrasSettings {
  /** The AWS region that everything is created in. */
  region: string;
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
  alarmEmail?: string;
  /** A CloudWatch dashboard, with the custom metrics that it needs. */
  dashboard: boolean;
  imageUri?: string;
  /** Any text; another one builds the image anew from what Debian has now. */
  imageRefresh: string;
}

const architectures = ["X86_64", "ARM64"] as const;
export type Architecture = (typeof architectures)[number];

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentionDaysAllowed = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

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
} as const;

type Key = keyof typeof defaults;

/**
 * Reads the stack's configuration.
 * @throws pulumi.RunError that lists every wrong value with its key and what is allowed, if there is one
 */
export function readSettings(): Settings {
  const values = new Values<Key>(new pulumi.Config(), defaults);
  const settings: Settings = {
    region: values.region(),
    thumbnailTimestamp: values.checked("thumbnailTimestamp", (text) => {
      parseTimestamp(text);
      return text;
    }),
    thumbnailFormat: values.oneOf("thumbnailFormat", thumbnailFormats),
    thumbnailWidth: values.integer("thumbnailWidth", 0, 16384),
    videoSuffixes: values.checked("videoSuffixes", parseSuffixes),
    ...readExtras(values),
    maxWorkers: values.integer("maxWorkers", 1, 1000),
    warmWorkers: values.integer("warmWorkers", 0, 1000),
    taskCpu: values.numberOf("taskCpu", [...fargateMemoryMiB.keys()]),
    taskMemory: values.integer("taskMemory", 512, 122880),
    architecture: values.oneOf("architecture", architectures),
    spot: values.boolean("spot"),
    publicThumbnails: values.boolean("publicThumbnails"),
    removeThumbnails: values.boolean("removeThumbnails"),
    forceDestroy: values.boolean("forceDestroy"),
    logRetentionDays: values.numberOf("logRetentionDays", logRetentionDaysAllowed),
    alarmEmail: values.optional("alarmEmail", /^[^\s@]+@[^\s@]+\.[^\s@]+$/, "an e-mail address"),
    dashboard: values.boolean("dashboard"),
    imageUri: values.optional(
      "imageUri",
      /^[^\s:]+(:\d+)?[^\s]*$/,
      "an image's address, such as registry/name:tag",
    ),
    imageRefresh: values.checked("imageRefresh", parseRefresh),
  };
  values.rejectUnknownKeys();
  rejectTogether(values, settings);
  values.throwProblems();
  return settings;
}

/** A setting of what is not made is checked, too. */
function readExtras(values: Values<Key>): Pick<Settings, "storyboard" | "preview" | "renditions"> {
  const storyboard = {
    tileWidthPixels: values.integer("storyboardTileWidth", 16, 1024),
    format: values.oneOf("storyboardFormat", sheetFormats),
  };
  const preview = {
    seconds: values.integer("previewSeconds", 1, 30),
    widthPixels: values.integer("previewWidth", 16, 1280),
  };
  return {
    storyboard: values.boolean("storyboard") ? storyboard : undefined,
    preview: values.boolean("preview") ? preview : undefined,
    renditions: values.checked("renditions", parseRenditions),
  };
}

/** What each value alone allows and the others forbid. */
function rejectTogether(values: Values<Key>, settings: Settings): void {
  const { taskCpu, taskMemory, warmWorkers, maxWorkers, thumbnailFormat } = settings;
  values.together(["taskCpu", "taskMemory"], () => {
    const problem = fargateSizeProblem(taskCpu, taskMemory);
    return problem === undefined ? [] : [problem];
  });
  values.together(["warmWorkers", "maxWorkers"], () =>
    warmWorkers <= maxWorkers
      ? []
      : [
          `warmWorkers is ${warmWorkers}, and maxWorkers allows ${maxWorkers} workers at once; ` +
            `lower the one or raise the other`,
        ],
  );
  // S3 rejects two filters for one event that an object could both match.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
  const overlapping = (ending: string) => settings.videoSuffixes.filter((suffix) => overlaps(suffix, ending));
  values.together(["videoSuffixes", "thumbnailFormat"], () =>
    overlapping(`.${thumbnailFormat}`).map(
      (suffix) =>
        `videoSuffixes has ${JSON.stringify(suffix)}, the ending of the thumbnails themselves ` +
        `(thumbnailFormat is ${thumbnailFormat}); use another of the two`,
    ),
  );
  values.together(["videoSuffixes", "renditions"], () =>
    (hasExtras(settings) ? overlapping(`/${manifestName}`) : []).map(
      (suffix) =>
        `videoSuffixes has ${JSON.stringify(suffix)}, the ending of the manifests (${manifestName}) that ` +
        `storyboard, preview and renditions come with; use another one, or leave these out`,
    ),
  );
}

/** Whether a key may have both endings. */
function overlaps(a: string, b: string): boolean {
  return a.toLowerCase().endsWith(b) || b.endsWith(a.toLowerCase());
}

/** It becomes an argument of the image's build, and stands in its history. */
function parseRefresh(text: string): string {
  if (!/^[\x20-\x7e]{0,100}$/.test(text)) {
    throw new Error("allowed: up to 100 ASCII characters, such as the date");
  }
  return text;
}
