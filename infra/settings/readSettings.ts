import { sheetFormats } from "../../contract/extras";
import { thumbnailFormats } from "../../contract/outputs";
import { parseTimestamp } from "../../contract/timestamp";
import type { VideoThumbnailerArgs } from "./args";
import { rejectTogether } from "./conflicts";
import { fargateMemoryMiB } from "./fargate";
import { parseOrigins, parseRenditions, parseSuffixes, parseTags } from "./lists";
import { parseOutputPrefix, parsePrefixes } from "./prefixes";
import { architectures, defaults } from "./settings";
import type { Key, Settings } from "./settings";
import { Values } from "./values";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentionDaysAllowed = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * Checks what is given, each value as it is or as `pulumi config set` keeps it.
 * @returns the settings, and what is wrong: a sentence for each problem, with its key and what is allowed; the settings
 *   count only where there is none
 */
export function readSettings(given: VideoThumbnailerArgs): { settings: Settings; problems: string[] } {
  const values = new Values<Key>({ ...given }, defaults);
  const settings: Settings = {
    thumbnailTimestamp: values.checked("thumbnailTimestamp", (text) => {
      parseTimestamp(text);
      return text;
    }),
    thumbnailFormat: values.oneOf("thumbnailFormat", thumbnailFormats),
    thumbnailWidth: values.integer("thumbnailWidth", 0, 16384),
    videoSuffixes: values.checked("videoSuffixes", parseSuffixes),
    ...readExtras(values),
    ...readPlaces(values),
    ...readAccount(values),
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
  return { settings, problems: values.problems };
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

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = /^(?=.{3,63}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])$/;
const bucketNameAllowed = "the name of a bucket, such as my-videos";

type Places =
  | "bucketName"
  | "prefixes"
  | "outputPrefix"
  | "extrasPrefix"
  | "outputBucketName"
  | "uploadOrigins"
  | "accessLogsBucket";

function readPlaces(values: Values<Key>): Pick<Settings, Places> {
  return {
    bucketName: values.optionalInput("bucketName", bucketName, bucketNameAllowed),
    prefixes: values.checked("prefixes", parsePrefixes),
    outputPrefix: values.checked("outputPrefix", parseOutputPrefix),
    extrasPrefix: values.checked("extrasPrefix", parseOutputPrefix),
    outputBucketName: values.optionalInput("outputBucketName", bucketName, bucketNameAllowed),
    uploadOrigins: values.checked("uploadOrigins", parseOrigins),
    accessLogsBucket: values.optionalInput("accessLogsBucket", bucketName, bucketNameAllowed),
  };
}

type Account =
  | "vpcId"
  | "subnetIds"
  | "assignPublicIp"
  | "securityGroupId"
  | "kmsKeyArn"
  | "permissionsBoundary"
  | "rolePath"
  | "tags";

function readAccount(values: Values<Key>): Pick<Settings, Account> {
  return {
    vpcId: values.optionalInput("vpcId", /^vpc-\w+$/, "the id of a VPC, such as vpc-0123456789abcdef0"),
    subnetIds: values.optionalInputs(
      "subnetIds",
      /^subnet-\w+$/,
      'a list of subnets, such as ["subnet-0a", "subnet-0b"]',
    ),
    assignPublicIp: values.boolean("assignPublicIp"),
    securityGroupId: values.optionalInput(
      "securityGroupId",
      /^sg-\w+$/,
      "the id of a security group, such as sg-0a",
    ),
    // An alias would not do: rights name the key itself.
    // https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
    kmsKeyArn: values.optionalInput(
      "kmsKeyArn",
      /^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/,
      "the ARN of a KMS key (not of an alias), arn:aws:kms:REGION:ACCOUNT:key/ID",
    ),
    permissionsBoundary: values.optionalInput(
      "permissionsBoundary",
      /^arn:aws[\w-]*:iam::(\d{12}|aws):policy\/\S+$/,
      "the ARN of a policy, arn:aws:iam::ACCOUNT:policy/NAME",
    ),
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    rolePath: values.checked("rolePath", (text) => {
      if (!/^\/([\x21-\x7e]{1,500}\/)?$/.test(text))
        throw new Error("allowed: a path that begins and ends with a slash, such as /teams/media/");
      return text;
    }),
    tags: values.checked("tags", parseTags),
  };
}

/** It becomes an argument of the image's build, and stands in its history. */
function parseRefresh(text: string): string {
  if (!/^[\x20-\x7e]{0,100}$/.test(text)) {
    throw new Error("allowed: up to 100 ASCII characters, such as the date");
  }
  return text;
}
