import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hasExtras, manifestName, parseRendition, renditionName, sheetFormats } from "../../contract/extras";
import type { ExtrasSettings, PreviewSettings, Rendition, StoryboardSettings } from "../../contract/extras";
import { thumbnailFormats, type ThumbnailFormat } from "../../contract/outputs";
import { defaultTimestamp, parseTimestamp } from "../../contract/timestamp";
import { fargateMemoryMiB, fargateSizeProblem } from "./fargate";

/** What a stack is configured to be; every value has been checked. */
export interface Settings extends ExtrasSettings {
  /** The AWS region that everything is created in. */
  region: string;
  /** Which frame, in the worker's own syntax: `auto`, `00:02`, `01:02:03.5`, `25%`. */
  thumbnailTimestamp: string;
  thumbnailFormat: ThumbnailFormat;
  /** Pixels; 0 keeps the video's own width. */
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

/** Each is encoded from the one frame that the worker has in memory. */
const maxRenditions = 8;

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
  const values = new Values(new pulumi.Config());
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
  values.rejectTogether(settings);
  values.throwProblems();
  return settings;
}

/** A setting of what is not made is checked, too. */
function readExtras(values: Values): Pick<Settings, "storyboard" | "preview" | "renditions"> {
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

/** Reads values and collects what is wrong with them, so that all of it is said at once. */
class Values {
  private readonly problems: string[] = [];
  private readonly wrongKeys = new Set<string>();

  constructor(private readonly config: pulumi.Config) {}

  region(): string {
    const region = aws.config.region;
    if (region === undefined) {
      this.problems.push("aws:region is not set; set it, e.g. `pulumi config set aws:region us-east-1`");
    }
    return region ?? "";
  }

  /** The value as `parse` gives it; what `parse` throws becomes a problem of that key. */
  checked<T>(key: Key, parse: (text: string) => T): T {
    const standard = defaults[key];
    const text =
      this.config.get(key) ?? (Array.isArray(standard) ? JSON.stringify(standard) : String(standard));
    try {
      return parse(text);
    } catch (error) {
      this.wrongKeys.add(key);
      this.problems.push(`${key} is ${JSON.stringify(text)}: ${(error as Error).message}`);
      return undefined as T;
    }
  }

  oneOf<T extends string>(key: Key, allowed: readonly T[]): T {
    return this.checked(key, (text) => {
      const found = allowed.find((value) => value === text);
      if (found === undefined) throw new Error(`allowed: ${allowed.join(", ")}`);
      return found;
    });
  }

  numberOf(key: Key, allowed: readonly number[]): number {
    return this.checked(key, (text) => {
      const found = allowed.find((value) => String(value) === text);
      if (found === undefined) throw new Error(`allowed: ${allowed.join(", ")}`);
      return found;
    });
  }

  integer(key: Key, least: number, most: number): number {
    return this.checked(key, (text) => {
      const value = Number(text);
      if (!/^\d+$/.test(text) || value < least || value > most) {
        throw new Error(`allowed: a whole number from ${least} to ${most}`);
      }
      return value;
    });
  }

  boolean(key: Key): boolean {
    return this.oneOf(key, ["true", "false"]) === "true";
  }

  /** The value, or undefined when it is empty. */
  optional(key: Key, pattern: RegExp, what: string): string | undefined {
    return this.checked(key, (text) => {
      if (text !== "" && !pattern.test(text)) throw new Error(`allowed: ${what}, or nothing`);
      return text === "" ? undefined : text;
    });
  }

  /** A key that is none of ours is a spelling mistake whose value would silently do nothing. */
  rejectUnknownKeys(): void {
    const prefix = `${this.config.name}:`;
    for (const fullKey of Object.keys(pulumi.runtime.allConfig())) {
      const key = fullKey.slice(prefix.length);
      if (fullKey.startsWith(prefix) && !(key in defaults)) {
        this.problems.push(`${key} is not a setting; there are: ${Object.keys(defaults).join(", ")}`);
      }
    }
  }

  /** What each value alone allows and the others forbid. */
  rejectTogether(settings: Settings): void {
    if (!this.wrongKeys.has("taskCpu") && !this.wrongKeys.has("taskMemory")) {
      const problem = fargateSizeProblem(settings.taskCpu, settings.taskMemory);
      if (problem !== undefined) this.problems.push(problem);
    }
    if (
      !this.wrongKeys.has("warmWorkers") &&
      !this.wrongKeys.has("maxWorkers") &&
      settings.warmWorkers > settings.maxWorkers
    ) {
      this.problems.push(
        `warmWorkers is ${settings.warmWorkers}, and maxWorkers allows ${settings.maxWorkers} workers at once; ` +
          `lower the one or raise the other`,
      );
    }
    if (!this.wrongKeys.has("videoSuffixes")) {
      // S3 rejects two filters for one event that an object could both match.
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
      for (const suffix of settings.videoSuffixes) {
        if (!this.wrongKeys.has("thumbnailFormat") && overlaps(suffix, `.${settings.thumbnailFormat}`)) {
          this.problems.push(
            `videoSuffixes has ${JSON.stringify(suffix)}, the ending of the thumbnails themselves ` +
              `(thumbnailFormat is ${settings.thumbnailFormat}); use another of the two`,
          );
        }
        if (
          !this.wrongKeys.has("renditions") &&
          hasExtras(settings) &&
          overlaps(suffix, `/${manifestName}`)
        ) {
          this.problems.push(
            `videoSuffixes has ${JSON.stringify(suffix)}, the ending of the manifests (${manifestName}) that ` +
              `storyboard, preview and renditions come with; use another one, or leave these out`,
          );
        }
      }
    }
  }

  throwProblems(): void {
    if (this.problems.length > 0) {
      throw new pulumi.RunError(
        `The configuration of this stack is wrong; nothing was created or changed:\n` +
          this.problems.map((problem) => `  - ${problem}`).join("\n") +
          `\nSet a value with \`pulumi config set KEY VALUE\`.`,
      );
    }
  }
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

/** The texts of a list in JSON, as Pulumi keeps it. */
function parseList(text: string, allowed: string): unknown[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new Error(allowed);
  }
  if (!Array.isArray(list)) throw new Error(allowed);
  return list;
}

function parseRenditions(text: string): Rendition[] {
  const allowed = `allowed: a list of widths and formats, such as ["320.webp", "640.jpg"]`;
  const renditions = parseList(text, allowed).map((name) => parseRendition(String(name)));
  const names = renditions.map(renditionName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`"${twice}" is there twice; leave one out`);
  if (names.length > maxRenditions)
    throw new Error(`it has ${names.length}; allowed: up to ${maxRenditions}`);
  return renditions;
}

function parseSuffixes(text: string): string[] {
  const allowed = `allowed: a list of endings with their dot, such as [".mp4", ".mov"]`;
  const suffixes = parseList(text, allowed);
  if (suffixes.length === 0) throw new Error(allowed);
  for (const suffix of suffixes) {
    if (typeof suffix !== "string" || !/^(\.[A-Za-z0-9_-]+)+$/.test(suffix)) {
      throw new Error(`${JSON.stringify(suffix)} is no ending; ${allowed}`);
    }
  }
  const cased = bothCases(suffixes as string[]);
  for (const a of cased) {
    const b = cased.find((other) => other !== a && other.endsWith(a));
    if (b !== undefined)
      throw new Error(`"${b}" ends with "${a}", and S3 allows only one of them; leave one out`);
  }
  return suffixes as string[];
}

/** Each suffix in lower and in upper case, once: S3's own filter is case-sensitive. */
export function bothCases(suffixes: readonly string[]): string[] {
  return [...new Set(suffixes.flatMap((suffix) => [suffix.toLowerCase(), suffix.toUpperCase()]))];
}
