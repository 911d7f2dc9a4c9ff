import {
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import { nameOfQueue, type Stack } from "./stack";

/** A metric of the last hour, a value a minute, oldest first; a minute without a value is left out. */
export interface Series {
  id: "waiting" | "oldest" | "failed" | "uploads" | "thumbnails" | "wait";
  /** Seconds since the epoch, and jobs, seconds or videos. */
  points: [atSeconds: number, value: number][];
}

/** An alarm of the stack. */
export interface AlarmState {
  name: string;
  state: "ok" | "alarm" | "unknown";
  /** ISO 8601. */
  since: string | null;
  description: string;
}

const hourSeconds = 3600;
const periodSeconds = 60;

/**
 * Asks CloudWatch for the last hour, all in one call, which is billed by the metric: six with the dashboard's metrics, and
 * three without. https://aws.amazon.com/cloudwatch/pricing/
 */
export async function readHistory({ cloudWatch, outputs }: Stack): Promise<Series[]> {
  if (cloudWatch === undefined) return [];
  const endMs = Math.ceil(Date.now() / 60_000) * 60_000;
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(endMs - hourSeconds * 1000),
      EndTime: new Date(endMs),
      ScanBy: "TimestampAscending",
      MetricDataQueries: queries(outputs),
    }),
  );
  return MetricDataResults.map(({ Id, Timestamps = [], Values = [] }) => ({
    id: Id as Series["id"],
    points: Timestamps.map((at, index) => [at.getTime() / 1000, Values[index] ?? 0]),
  }));
}

/**
 * The alarms that tell the stack's topic; null where the stack does not say which topic that is, or there is no CloudWatch.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export async function readAlarms({ cloudWatch, outputs }: Stack): Promise<AlarmState[] | null> {
  const { alarmTopicArn } = outputs;
  if (cloudWatch === undefined || alarmTopicArn === undefined) return null;
  const { MetricAlarms = [] } = await cloudWatch.send(
    new DescribeAlarmsCommand({ ActionPrefix: alarmTopicArn, AlarmTypes: ["MetricAlarm"] }),
  );
  return MetricAlarms.map(({ AlarmName = "", StateValue, StateUpdatedTimestamp, AlarmDescription = "" }) => ({
    name: AlarmName,
    state: StateValue === "OK" ? "ok" : StateValue === "ALARM" ? "alarm" : "unknown",
    since: StateUpdatedTimestamp?.toISOString() ?? null,
    description: AlarmDescription,
  }));
}

function queries(outputs: Stack["outputs"]): MetricDataQuery[] {
  const query = (
    Id: Series["id"],
    metric: { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: string }[] },
    Stat: string,
  ): MetricDataQuery => ({ Id, MetricStat: { Metric: metric, Period: periodSeconds, Stat } });
  const ofQueue = (queueUrl: string, MetricName: string) => ({
    ...{ Namespace: "AWS/SQS", MetricName },
    Dimensions: [{ Name: "QueueName", Value: nameOfQueue(queueUrl) }],
  });
  const { jobQueueUrl, failedJobsQueueUrl, metricNamespace } = outputs;
  const ofQueues = [
    query("waiting", ofQueue(jobQueueUrl, "ApproximateNumberOfMessagesVisible"), "Maximum"),
    query("oldest", ofQueue(jobQueueUrl, "ApproximateAgeOfOldestMessage"), "Maximum"),
    query("failed", ofQueue(failedJobsQueueUrl, "ApproximateNumberOfMessagesVisible"), "Maximum"),
  ];
  if (metricNamespace === undefined) return ofQueues;
  const own = (MetricName: string) => ({ Namespace: metricNamespace, MetricName });
  return [
    ...ofQueues,
    query("uploads", own("Uploads"), "Sum"),
    query("thumbnails", own("BytesRead"), "SampleCount"),
    query("wait", own("UploadToThumbnail"), "p95"),
  ];
}
