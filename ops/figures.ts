import { GetMetricDataCommand, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { nameOfQueue, type Stack } from "./stack";

/** What CloudWatch knows of a stack; what it has no value for is left out. */
export interface Figures {
  oldestJobSeconds?: number;
  /** Of the last hour; only with the dashboard's metrics. */
  uploads?: number;
  thumbnails?: number;
  p50Seconds?: number;
  p95Seconds?: number;
}

const hourSeconds = 3600;

/**
 * Asks CloudWatch for all figures in one call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export async function readFigures({ cloudWatch, outputs }: Stack): Promise<Figures> {
  if (cloudWatch === undefined) return {};
  // CloudWatch rounds the start down to a minute: so does the end, or a second period would begin with its last seconds.
  const endMs = Math.ceil(Date.now() / 60_000) * 60_000;
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(endMs - hourSeconds * 1000),
      EndTime: new Date(endMs),
      ScanBy: "TimestampDescending",
      MetricDataQueries: queries(outputs.jobQueueUrl, outputs.metricNamespace),
    }),
  );
  const values = (id: string) => MetricDataResults.find(({ Id }) => Id === id)?.Values ?? [];
  const sum = (id: string) => values(id).reduce((total, value) => total + value, 0);
  const [oldestJobSeconds] = values("oldestJob");
  const [p50Seconds] = values("p50");
  const [p95Seconds] = values("p95");
  return {
    ...(oldestJobSeconds !== undefined && { oldestJobSeconds }),
    ...(outputs.metricNamespace !== undefined && { uploads: sum("uploads"), thumbnails: sum("thumbnails") }),
    ...(p50Seconds !== undefined && { p50Seconds }),
    ...(p95Seconds !== undefined && { p95Seconds }),
  };
}

function queries(jobQueueUrl: string, namespace: string | undefined): MetricDataQuery[] {
  const query = (
    id: string,
    metric: { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: string }[] },
    statistic: string,
    periodSeconds = hourSeconds,
  ): MetricDataQuery => ({ Id: id, MetricStat: { Metric: metric, Period: periodSeconds, Stat: statistic } });
  const oldestJob = query(
    "oldestJob",
    {
      Namespace: "AWS/SQS",
      MetricName: "ApproximateAgeOfOldestMessage",
      Dimensions: [{ Name: "QueueName", Value: nameOfQueue(jobQueueUrl) }],
    },
    "Maximum",
    60,
  );
  if (namespace === undefined) return [oldestJob];
  const own = (MetricName: string) => ({ Namespace: namespace, MetricName });
  return [
    oldestJob,
    query("uploads", own("Uploads"), "Sum"),
    query("thumbnails", own("BytesRead"), "SampleCount"),
    query("p50", own("UploadToThumbnail"), "p50"),
    query("p95", own("UploadToThumbnail"), "p95"),
  ];
}
