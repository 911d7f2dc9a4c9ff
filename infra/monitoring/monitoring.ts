import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Jobs } from "../jobs";
import { privateTopic } from "../topic";

/** A queue whose oldest job is older than this stands still; a new worker is there within a minute. */
const oldestJobSecondsAlarmed = 15 * 60;

export interface MonitoringArgs {
  account: pulumi.Output<string>;
  jobs: Jobs;
  /** Told of every alarm; must confirm AWS's e-mail once. */
  alarmEmail: string | undefined;
  kmsKeyArn: pulumi.Input<string> | undefined;
}

/** The alarms, and the topic that they go to. */
export class Monitoring extends pulumi.ComponentResource {
  readonly alarms: aws.sns.Topic;
  readonly alarmArns: pulumi.Output<string[]>;

  constructor(name: string, args: MonitoringArgs, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:Monitoring", name, {}, options);
    const { queue, failedJobs, failedEvents } = args.jobs;

    const { account, kmsKeyArn } = args;
    this.alarms = privateTopic(
      `${name}-alarms`,
      { account, publisher: "cloudwatch.amazonaws.com", kmsKeyArn },
      { parent: this },
    );
    if (args.alarmEmail !== undefined) {
      new aws.sns.TopicSubscription(
        `${name}-alarms`,
        { topic: this.alarms.arn, protocol: "email", endpoint: args.alarmEmail },
        { parent: this },
      );
    }
    const failedJobsAlarm = this.alarmAbove(
      `${name}-failed-jobs`,
      failedJobs,
      "ApproximateNumberOfMessagesVisible",
      0,
      {
        alarmDescription:
          `Videos without a thumbnail: ${ops("failed")} says which and why. When the cause is mended, ` +
          `${ops("redrive --all")} sends their jobs back. docs/operating.md explains each reason.`,
      },
    );
    const failedEventsAlarm = this.alarmAbove(
      `${name}-failed-events`,
      failedEvents,
      "ApproximateNumberOfMessagesVisible",
      0,
      {
        alarmDescription:
          `A Lambda failed at every attempt: ${ops("failed")} shows its events and errors, its log group the rest. ` +
          `Uploads among them have no job yet: ${ops("redrive --events")} makes their jobs when the cause is mended.`,
      },
    );
    const oldestJobAlarm = this.alarmAbove(
      `${name}-oldest-job`,
      queue,
      "ApproximateAgeOfOldestMessage",
      oldestJobSecondsAlarmed,
      {
        alarmDescription:
          `Jobs wait for more than 15 minutes; none is lost. ${ops("status")} says how many workers run. None: see ` +
          "superviseWorkers's log for why (Fargate quota, capacity, an image that cannot start). Some: see the " +
          "workers' log for why they do not get on; if they are just too few, raise maxWorkers.",
      },
    );
    this.alarmArns = pulumi.all([failedJobsAlarm.arn, failedEventsAlarm.arn, oldestJobAlarm.arn]);
    this.registerOutputs({ alarms: this.alarms.arn });
  }

  private alarmAbove(
    name: string,
    queue: aws.sqs.Queue,
    metricName: string,
    threshold: number,
    args: Pick<aws.cloudwatch.MetricAlarmArgs, "alarmDescription">,
  ): aws.cloudwatch.MetricAlarm {
    return new aws.cloudwatch.MetricAlarm(
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

/** A command of the operator's tools, for this stack. */
function ops(command: string): string {
  return `\`npm run ops -- ${command} --stack ${pulumi.getStack()}\``;
}
