import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Jobs } from "./jobs";

/** A queue whose oldest job is older than this stands still; a new worker is there within a minute. */
const oldestJobSecondsAlarmed = 15 * 60;

export interface MonitoringArgs {
  jobs: Jobs;
  /** Told of every alarm; must confirm AWS's e-mail once. */
  alarmEmail?: string;
}

/** The alarms, and the topic that they go to. */
export class Monitoring extends pulumi.ComponentResource {
  readonly alarms: aws.sns.Topic;

  constructor(name: string, args: MonitoringArgs, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:Monitoring", name, {}, options);
    const { queue, failedJobs, failedEvents } = args.jobs;

    this.alarms = new aws.sns.Topic("alarms", {}, { parent: this });
    if (args.alarmEmail !== undefined) {
      new aws.sns.TopicSubscription(
        "alarms",
        { topic: this.alarms.arn, protocol: "email", endpoint: args.alarmEmail },
        { parent: this },
      );
    }
    this.alarmAbove("failed-jobs", failedJobs, "ApproximateNumberOfMessagesVisible", 0, {
      alarmDescription:
        "Videos without a thumbnail: read the messages of the failed-jobs queue, each says why in `reason`. " +
        "After mending the cause, redrive the queue to the jobs queue.",
    });
    this.alarmAbove("failed-events", failedEvents, "ApproximateNumberOfMessagesVisible", 0, {
      alarmDescription:
        "A Lambda failed at every attempt: the messages of the failed-events queue hold its events and errors, " +
        "its log group the rest. Uploads among them have no job yet; upload them again or send their jobs.",
    });
    this.alarmAbove("oldest-job", queue, "ApproximateAgeOfOldestMessage", oldestJobSecondsAlarmed, {
      alarmDescription:
        "Jobs wait for more than 15 minutes: see superviseWorkers's log for why no worker starts (Fargate quota, " +
        "capacity) and the workers' log for why none gets on. No job is lost meanwhile. If the workers are just " +
        "too few, raise maxWorkers.",
    });
    this.registerOutputs({ alarms: this.alarms.arn });
  }

  private alarmAbove(
    name: string,
    queue: aws.sqs.Queue,
    metricName: string,
    threshold: number,
    args: Pick<aws.cloudwatch.MetricAlarmArgs, "alarmDescription">,
  ): void {
    new aws.cloudwatch.MetricAlarm(
      name,
      {
        ...args,
        namespace: "AWS/SQS",
        metricName,
        dimensions: { QueueName: queue.name },
        statistic: "Maximum",
        period: 60,
        evaluationPeriods: 1,
        comparisonOperator: "GreaterThanThreshold",
        threshold,
        // SQS reports nothing of a queue that has been empty for hours.
        treatMissingData: "notBreaching",
        alarmActions: [this.alarms.arn],
        okActions: [this.alarms.arn],
      },
      { parent: this },
    );
  }
}
