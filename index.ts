import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bothCases, readSettings } from "./infra/settings/config";
import { Dashboard } from "./infra/monitoring/dashboard";
import { Functions } from "./infra/functions/functions";
import { Image } from "./infra/image";
import { Jobs } from "./infra/jobs";
import { Monitoring } from "./infra/monitoring/monitoring";
import { Network } from "./infra/network";
import { Storage, thumbnailPrefix } from "./infra/storage";
import { taggingProvider } from "./infra/tags";
import { Workers } from "./infra/workers";

const settings = readSettings();
const options = { providers: [taggingProvider()] };

const { bucket } = new Storage("storage", settings, options);
const jobs = new Jobs("jobs", options);
const network = new Network("network", settings, options);
const image = new Image("image", settings, options);
const workers = new Workers("workers", { settings, bucket, jobs, network, image }, options);
const thumbnails = new aws.sns.Topic("thumbnails", {}, { provider: options.providers[0] });
const functions = new Functions(
  "functions",
  { settings, bucket, jobs, network, workers, thumbnails },
  options,
);
const monitoring = new Monitoring("monitoring", { jobs, alarmEmail: settings.alarmEmail }, options);
const dashboard = settings.dashboard
  ? new Dashboard("dashboard", { region: settings.region, jobs, workers, functions, monitoring }, options)
  : undefined;

export const region = settings.region;
export const bucketName = bucket.id;
export const uploadCommand = pulumi.interpolate`aws s3 cp VIDEO.mp4 s3://${bucket.id}/ --region ${settings.region}`;
export const videoSuffixes = bothCases(settings.videoSuffixes);
export const thumbnailFormat = settings.thumbnailFormat;
export const thumbnailKeyPrefix = thumbnailPrefix;
export const clusterName = workers.cluster.name;
export const taskDefinition = workers.taskDefinitionArn;
export const jobQueueUrl = jobs.queue.url;
export const failedJobsQueueUrl = jobs.failedJobs.url;
export const failedEventsQueueUrl = jobs.failedEvents.url;
export const thumbnailTopicArn = thumbnails.arn;
export const alarmTopicArn = monitoring.alarms.arn;
export const dashboardUrl = dashboard?.url;
export const metricNamespace = dashboard?.namespace;
export const subnetIds = network.subnetIds;
export const securityGroupId = network.securityGroupId;
export const logGroupNames = {
  workers: workers.logGroup.name,
  onVideoUploaded: functions.onVideoUploaded.logGroup.name,
  onThumbnailCreated: functions.onThumbnailCreated.logGroup.name,
  superviseWorkers: functions.superviseWorkers.logGroup.name,
  ...(functions.onVideoRemoved && { onVideoRemoved: functions.onVideoRemoved.logGroup.name }),
};
