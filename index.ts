import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { extrasAskedFor } from "./contract/extras";
import { readSettings } from "./infra/settings/config";
import { bothCases } from "./infra/settings/lists";
import { Dashboard } from "./infra/monitoring/dashboard";
import { requireDocker } from "./infra/docker";
import { Functions } from "./infra/functions/functions";
import { Image } from "./infra/image";
import { Jobs } from "./infra/jobs";
import { Monitoring } from "./infra/monitoring/monitoring";
import { Network } from "./infra/network";
import { extrasPrefix, Storage, thumbnailPrefix } from "./infra/storage";
import { taggingProvider } from "./infra/tags";
import { privateTopic } from "./infra/topic";
import { Workers } from "./infra/workers";

const settings = readSettings();
if (settings.imageUri === undefined) requireDocker();

const provider = taggingProvider();
const options = { providers: [provider] };
const account = aws.getCallerIdentityOutput({}, { provider }).accountId;

const { bucket } = new Storage("storage", settings, options);
const jobs = new Jobs("jobs", options);
const network = new Network("network", settings, options);
const image = new Image("image", settings, options);
const workers = new Workers("workers", { settings, account, bucket, jobs, network, image }, options);
const thumbnails = privateTopic("thumbnails", { account }, { provider });
const functions = new Functions(
  "functions",
  { settings, account, bucket, jobs, network, workers, thumbnails },
  options,
);
const { alarmEmail } = settings;
const monitoring = new Monitoring("monitoring", { account, jobs, alarmEmail }, options);
const dashboard = settings.dashboard
  ? new Dashboard("dashboard", { region: settings.region, jobs, workers, functions, monitoring }, options)
  : undefined;

/** The stack's outputs. One without a value is left out: Pulumi would warn of it. */
export = {
  region: settings.region,
  bucketName: bucket.id,
  uploadCommand: pulumi.interpolate`aws s3 cp VIDEO.mp4 s3://${bucket.id}/ --region ${settings.region}`,
  videoSuffixes: bothCases(settings.videoSuffixes),
  thumbnailFormat: settings.thumbnailFormat,
  thumbnailKeyPrefix: thumbnailPrefix,
  extrasKeyPrefix: extrasPrefix,
  extrasAskedFor: extrasAskedFor(settings),
  clusterName: workers.clusterName,
  taskDefinition: workers.taskDefinitionArn,
  jobQueueUrl: jobs.queue.url,
  failedJobsQueueUrl: jobs.failedJobs.url,
  failedEventsQueueUrl: jobs.failedEvents.url,
  thumbnailTopicArn: thumbnails.arn,
  alarmTopicArn: monitoring.alarms.arn,
  ...(dashboard && { dashboardUrl: dashboard.url, metricNamespace: dashboard.namespace }),
  subnetIds: network.subnetIds,
  securityGroupId: network.securityGroupId,
  logGroupNames: {
    workers: workers.logGroup.name,
    onVideoUploaded: functions.onVideoUploaded.logGroup.name,
    onThumbnailCreated: functions.onThumbnailCreated.logGroup.name,
    superviseWorkers: functions.superviseWorkers.logGroup.name,
    ...(functions.onVideoRemoved && { onVideoRemoved: functions.onVideoRemoved.logGroup.name }),
  },
};
