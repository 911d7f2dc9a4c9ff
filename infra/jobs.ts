import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { denyWithoutTls, policyDocument } from "./policy";

/** How long a job in hand is hidden from other workers, in seconds; the worker extends it while it works. */
const visibilityTimeoutSeconds = 120;

/** SQS moves a message with its age: a job that it puts aside is kept this long after the upload. */
const retentionSeconds = 14 * 24 * 3600;

/** How often a job is tried before it is put into failed-jobs. */
export const maxReceiveCount = 3;

/** The queues: jobs that wait, jobs that failed, and events that a Lambda could not handle. */
export class Jobs extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  readonly failedJobs: aws.sqs.Queue;
  readonly failedEvents: aws.sqs.Queue;

  constructor(name: string, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:Jobs", name, {}, options);

    this.failedJobs = this.privateQueue("failed-jobs");
    this.failedEvents = this.privateQueue("failed-events");
    this.queue = this.privateQueue("jobs", {
      visibilityTimeoutSeconds,
      receiveWaitTimeSeconds: 20,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: this.failedJobs.arn, maxReceiveCount }),
    });
    this.registerOutputs({ jobs: this.queue.url, failedJobs: this.failedJobs.url });
  }

  private privateQueue(name: string, args: aws.sqs.QueueArgs = {}): aws.sqs.Queue {
    const parent = { parent: this };
    const queue = new aws.sqs.Queue(
      name,
      { messageRetentionSeconds: retentionSeconds, sqsManagedSseEnabled: true, ...args },
      parent,
    );
    new aws.sqs.QueuePolicy(
      name,
      {
        queueUrl: queue.url,
        policy: pulumi.jsonStringify(policyDocument([denyWithoutTls("sqs:*", [queue.arn])])),
      },
      parent,
    );
    return queue;
  }
}
