import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Functions } from "../functions/functions";
import type { Workers } from "../workers";

export interface LogMetricsArgs {
  workers: Workers;
  functions: Functions;
}

/** A figure that stands in a log's lines. */
interface LoggedFigure {
  metric: string;
  unit: "Count" | "Bytes" | "Seconds";
  logGroup: aws.cloudwatch.LogGroup;
  /** Which lines, by CloudWatch's syntax for JSON. */
  pattern: string;
  /** The figure itself: a number, or where it stands in the line. */
  value: string;
}

/**
 * The stack's own metrics, taken from the JSON lines that workers and Lambdas log anyway. They are custom metrics,
 * each billed for the hours in which it has a value: hence few, and none with a dimension or with a value for "nothing".
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export class LogMetrics extends pulumi.ComponentResource {
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: LogMetricsArgs, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:LogMetrics", name, {}, options);
    this.namespace = pulumi.interpolate`${pulumi.getProject()}/${pulumi.getStack()}/${args.workers.clusterName}`;
    for (const { metric, unit, logGroup, pattern, value } of figures(args)) {
      new aws.cloudwatch.LogMetricFilter(
        `${name}-${metric}`,
        {
          logGroupName: logGroup.name,
          pattern,
          metricTransformation: { namespace: this.namespace, name: metric, value, unit },
        },
        { parent: this },
      );
    }
    this.registerOutputs({ namespace: this.namespace });
  }
}

/** Lambda's JSON log format puts what a function logs under `message`; the workers' lines stand as they are. */
function figures({ workers, functions }: LogMetricsArgs): LoggedFigure[] {
  return [
    {
      metric: "Uploads",
      unit: "Count",
      logGroup: functions.onVideoUploaded.logGroup,
      pattern: `{ $.message.event = "job-queued" }`,
      value: "1",
    },
    {
      metric: "BytesRead",
      unit: "Bytes",
      logGroup: workers.logGroup,
      pattern: `{ ($.event = "thumbnail-stored") && ($.bytesRead = *) }`,
      value: "$.bytesRead",
    },
    {
      metric: "UploadToThumbnail",
      unit: "Seconds",
      logGroup: workers.logGroup,
      pattern: `{ ($.event = "thumbnail-stored") && ($.uploadToThumbnailSeconds = *) }`,
      value: "$.uploadToThumbnailSeconds",
    },
    {
      metric: "WorkersRunning",
      unit: "Count",
      logGroup: functions.superviseWorkers.logGroup,
      pattern: `{ ($.message.event = "workers-counted") && ($.message.running = *) }`,
      value: "$.message.running",
    },
  ];
}
