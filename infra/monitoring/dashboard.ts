import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Functions } from "../functions/functions";
import type { Jobs } from "../jobs";
import { LogMetrics } from "./logMetrics";
import type { Monitoring } from "./monitoring";
import type { Workers } from "../workers";

export interface DashboardArgs {
  region: pulumi.Output<string>;
  jobs: Jobs;
  workers: Workers;
  functions: Functions;
  monitoring: Monitoring;
}

/** How the stack stands, on one page of the CloudWatch console, and the metrics of its own that this needs. */
export class Dashboard extends pulumi.ComponentResource {
  /** The page's address. */
  readonly url: pulumi.Output<string>;
  /** Where the stack's own metrics are. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: DashboardArgs, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:Dashboard", name, {}, options);
    this.namespace = new LogMetrics(name, args, { parent: this }).namespace;
    const { jobs, monitoring } = args;
    const dashboardBody = pulumi
      .output({
        region: args.region,
        namespace: this.namespace,
        jobsQueue: jobs.queue.name,
        failedJobs: jobs.failedJobs.name,
        failedEvents: jobs.failedEvents.name,
        alarmArns: monitoring.alarmArns,
      })
      .apply((names) => JSON.stringify({ widgets: widgets(names) }));
    const dashboard = new aws.cloudwatch.Dashboard(
      `${name}-dashboard`,
      {
        dashboardName: args.workers.uniqueName,
        dashboardBody,
      },
      { parent: this },
    );
    this.url = pulumi.interpolate`https://console.aws.amazon.com/cloudwatch/home?region=${args.region}#dashboards/dashboard/${dashboard.dashboardName}`;
    this.registerOutputs({ url: this.url });
  }
}

interface Shown {
  region: string;
  /** The namespace of the stack's own metrics. */
  namespace: string;
  /** Names of queues. */
  jobsQueue: string;
  failedJobs: string;
  failedEvents: string;
  alarmArns: string[];
}

/** What a line on a graph shows: a metric and how its values of a period are summed up. */
type Line = [namespace: string, metricName: string, ...dimension: string[], options: object];

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
function widgets({ region, namespace, jobsQueue, failedJobs, failedEvents, alarmArns }: Shown): object[] {
  const own = (metricName: string, stat: string, label: string): Line => [
    namespace,
    metricName,
    { stat, label },
  ];
  const queue = (queueName: string, metricName: string, label: string): Line => [
    "AWS/SQS",
    metricName,
    "QueueName",
    queueName,
    { stat: "Maximum", label },
  ];
  const visible = "ApproximateNumberOfMessagesVisible";
  const graph = (title: string, metrics: Line[], unit: string) => ({
    type: "metric",
    width: 12,
    height: 6,
    properties: {
      title,
      region,
      metrics,
      view: "timeSeries",
      period: 60,
      yAxis: { left: { min: 0, label: unit, showUnits: false } },
    },
  });
  return [
    { type: "alarm", width: 24, height: 2, properties: { title: "Alarms", alarms: alarmArns } },
    graph(
      "Uploads and thumbnails",
      // Every stored thumbnail logs what was read for it, so that the count of these values is theirs.
      [own("Uploads", "Sum", "uploads"), own("BytesRead", "SampleCount", "thumbnails")],
      "a minute",
    ),
    graph(
      "Time from upload to thumbnail",
      [own("UploadToThumbnail", "p50", "p50"), own("UploadToThumbnail", "p95", "p95")],
      "seconds",
    ),
    graph(
      "Jobs",
      [
        queue(jobsQueue, visible, "waiting"),
        queue(jobsQueue, "ApproximateNumberOfMessagesNotVisible", "in hand"),
      ],
      "jobs",
    ),
    graph(
      "Age of the oldest job",
      [queue(jobsQueue, "ApproximateAgeOfOldestMessage", "oldest job")],
      "seconds",
    ),
    graph("Workers", [own("WorkersRunning", "Maximum", "running or starting")], "workers"),
    graph("Bytes read per thumbnail", [own("BytesRead", "Average", "average")], "bytes"),
    graph(
      "Failures that wait for the operator",
      [queue(failedJobs, visible, "failed jobs"), queue(failedEvents, visible, "failed events")],
      "messages",
    ),
    {
      type: "text",
      width: 12,
      height: 6,
      properties: { markdown: advice(pulumi.getStack()) },
    },
  ];
}

function advice(stack: string): string {
  return [
    "### What to do",
    "| | |",
    "| --- | --- |",
    `| how it stands now | \`npm run ops -- status --stack ${stack}\` |`,
    `| which videos failed, and why | \`npm run ops -- failed --stack ${stack}\` |`,
    `| try failed videos again | \`npm run ops -- redrive --all --stack ${stack}\` |`,
    `| videos that have no thumbnail | \`npm run ops -- backfill --dry-run --stack ${stack}\` |`,
    "",
    "docs/operating.md in the repository says the rest.",
  ].join("\n");
}
