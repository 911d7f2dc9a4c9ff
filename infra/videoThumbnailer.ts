import * as pulumi from "@pulumi/pulumi";
import { extrasAskedFor } from "../contract/extras";
import { requireDocker } from "./image/docker";
import { requireExistingBuckets } from "./storage/existingBuckets";
import { bucketRules } from "./functions/bucketRules";
import { Functions } from "./functions/functions";
import { Image } from "./image/image";
import { Jobs } from "./jobs";
import { Dashboard } from "./monitoring/dashboard";
import { Monitoring } from "./monitoring/monitoring";
import { Network } from "./network";
import { placeOf } from "./account/place";
import type { VideoThumbnailerArgs } from "./settings/args";
import { bothCases } from "./settings/lists";
import { readSettings } from "./settings/readSettings";
import type { Settings } from "./settings/settings";
import { Storage } from "./storage/storage";
import { tagging } from "./account/tags";
import { privateTopic } from "./topic";
import { Workers } from "./workers";

/**
 * Makes a thumbnail, and what else is asked for, of each video that is put into a bucket: the bucket or one that is there,
 * Lambdas, queues, a topic, and workers on Fargate that run ffmpeg.
 */
export class VideoThumbnailer extends pulumi.ComponentResource {
  /** The region that everything is in. */
  readonly region: pulumi.Output<string>;
  /** Where videos are put. */
  readonly bucketName: pulumi.Output<string>;
  /** Where what is made of them goes. */
  readonly outputBucketName: pulumi.Output<string>;
  /** Whether videos are put into a bucket that was there before. */
  readonly onExistingBucket: pulumi.Output<boolean>;
  /** A command that uploads a video. */
  readonly uploadCommand: pulumi.Output<string>;
  /** Endings of the keys that are videos. */
  readonly videoSuffixes: pulumi.Output<string[]>;
  /** What the keys of videos begin with; empty: anything. */
  readonly videoPrefixes: pulumi.Output<string[]>;
  /** `png`, `jpg` or `webp`. */
  readonly thumbnailFormat: pulumi.Output<string>;
  /** What the keys of thumbnails begin with. */
  readonly thumbnailKeyPrefix: pulumi.Output<string>;
  /** What the keys of all else that is made begin with. */
  readonly extrasKeyPrefix: pulumi.Output<string>;
  /** What is made besides thumbnails, in one line; empty for nothing. */
  readonly extrasAskedFor: pulumi.Output<string>;
  /** The cluster that workers run in. */
  readonly clusterName: pulumi.Output<string>;
  /** The ARN of the workers' task definition. */
  readonly taskDefinition: pulumi.Output<string>;
  /** The queue of jobs that wait. */
  readonly jobQueueUrl: pulumi.Output<string>;
  /** The queue of jobs that failed, each with its reason. */
  readonly failedJobsQueueUrl: pulumi.Output<string>;
  /** The queue of events that a Lambda could not handle. */
  readonly failedEventsQueueUrl: pulumi.Output<string>;
  /** The topic that tells of each thumbnail and of each video whose outputs are ready. */
  readonly thumbnailTopicArn: pulumi.Output<string>;
  /** The topic that alarms go to. */
  readonly alarmTopicArn: pulumi.Output<string>;
  /** The address of the dashboard, where there is one. */
  readonly dashboardUrl?: pulumi.Output<string>;
  /** Where the metrics of its own are, where there is a dashboard. */
  readonly metricNamespace?: pulumi.Output<string>;
  /** The subnets that workers run in. */
  readonly subnetIds: pulumi.Output<string[]>;
  /** The workers' security group. */
  readonly securityGroupId: pulumi.Output<string>;
  /** The log groups of the workers and of each Lambda, by their names. */
  readonly logGroupNames: pulumi.Output<Record<string, string>>;

  /**
   * @param name what the names of all resources begin with: up to 30 letters, digits and hyphens
   * @throws pulumi.RunError that lists every wrong argument with what is allowed, before anything is registered
   */
  constructor(name: string, args: VideoThumbnailerArgs = {}, options?: pulumi.ComponentResourceOptions) {
    const settings = checked(name, args);
    requireExistingBuckets(settings, options);
    if (settings.imageUri === undefined) requireDocker();
    super(
      "video-thumbnailer:index:VideoThumbnailer",
      name,
      {},
      {
        ...options,
        // The program's own come after ours, and may add to what ours have set.
        transformations: [tagging(settings.tags), ...(options?.transformations ?? [])],
      },
    );
    const parent = { parent: this };
    const place = placeOf(this);
    const { account, region } = place;

    const storage = new Storage(name, { settings, place }, parent);
    const rules = bucketRules(name, { settings, storage }, parent);
    const jobs = new Jobs(name, { ...settings, rules: Object.values(rules) }, parent);
    const network = new Network(name, { ...settings, region }, parent);
    const image = new Image(name, settings, parent);
    const workers = new Workers(name, { settings, place, storage, jobs, network, image }, parent);
    const thumbnails = privateTopic(`${name}-thumbnails`, { ...settings, account }, parent);
    const functions = new Functions(
      name,
      { settings, place, storage, rules, jobs, network, workers, thumbnails },
      parent,
    );
    const monitoring = new Monitoring(name, { ...settings, account, jobs }, parent);
    const dashboard = settings.dashboard
      ? new Dashboard(name, { region, jobs, workers, functions, monitoring }, parent)
      : undefined;

    this.region = region;
    this.bucketName = storage.videos.name;
    this.outputBucketName = storage.outputs.name;
    this.onExistingBucket = pulumi.output(storage.own === undefined);
    this.uploadCommand = pulumi.interpolate`aws s3 cp VIDEO.mp4 s3://${storage.videos.name}/${uploadKey(settings)} --region ${region}`;
    this.videoSuffixes = pulumi.output(bothCases(settings.videoSuffixes));
    this.videoPrefixes = pulumi.output(settings.prefixes);
    this.thumbnailFormat = pulumi.output(settings.thumbnailFormat);
    this.thumbnailKeyPrefix = pulumi.output(settings.outputPrefix);
    this.extrasKeyPrefix = pulumi.output(settings.extrasPrefix);
    this.extrasAskedFor = pulumi.output(extrasAskedFor(settings));
    this.clusterName = workers.clusterName;
    this.taskDefinition = workers.taskDefinitionArn;
    this.jobQueueUrl = jobs.queue.url;
    this.failedJobsQueueUrl = jobs.failedJobs.url;
    this.failedEventsQueueUrl = jobs.failedEvents.url;
    this.thumbnailTopicArn = thumbnails.arn;
    this.alarmTopicArn = monitoring.alarms.arn;
    if (dashboard !== undefined) {
      this.dashboardUrl = dashboard.url;
      this.metricNamespace = dashboard.namespace;
    }
    this.subnetIds = network.subnetIds;
    this.securityGroupId = network.securityGroupId;
    const logGroupNames: Record<string, pulumi.Output<string>> = {
      workers: workers.logGroup.name,
      ...functions.logGroupNames,
    };
    this.logGroupNames = pulumi.output(logGroupNames);
    this.registerOutputs(outputsOf(this));
  }
}

/** What a VideoThumbnailer tells of itself, by the names of its properties; one without a value is left out. */
export function outputsOf(thumbnailer: VideoThumbnailer): Record<string, pulumi.Output<unknown>> {
  const own = Object.entries(thumbnailer).filter(
    (entry): entry is [string, pulumi.Output<unknown>] =>
      !entry[0].startsWith("__") && entry[0] !== "urn" && pulumi.Output.isInstance(entry[1]),
  );
  return Object.fromEntries(own);
}

/** Where `aws s3 cp` is to put VIDEO.mp4: its own name comes after a slash alone. */
function uploadKey({ prefixes: [prefix = ""] }: Settings): string {
  return prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}VIDEO.mp4`;
}

/**
 * The longest name of a resource of ours is a role's, of which AWS takes 64 characters, eight of which are random.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
function checked(name: string, args: VideoThumbnailerArgs): Settings {
  const { settings, problems } = readSettings(args);
  if (!/^[A-Za-z][A-Za-z0-9-]{0,29}$/.test(name))
    problems.unshift(
      `its name is ${JSON.stringify(name)}: allowed: up to 30 letters, digits and hyphens, a letter first`,
    );
  if (problems.length > 0)
    throw new pulumi.RunError(
      `The arguments of the VideoThumbnailer "${name}" are wrong; nothing was created or changed:\n` +
        problems.map((problem) => `  - ${problem}`).join("\n"),
    );
  return settings;
}
