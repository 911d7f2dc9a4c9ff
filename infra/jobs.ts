import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { queueRetentionSeconds } from "../contract/job";
import { denyWithoutTls, policyDocument } from "./account/policy";
import type { Statement } from "./account/policy";

/** How long a job in hand is hidden from other workers, in seconds; the worker extends it while it works. */
const visibilityTimeoutSeconds = 120;

/** After how many failures of its own a job is put into failed-jobs; the workers count them. */
export const maxTries = 3;

/**
 * A worker that can say how a job ended deletes its message. What SQS counts is therefore how often a worker was killed
 * over a message, or SQS's answer reached none: two minutes pass between one such time and the next.
 */
const maxReceiveCount = 5;

/**
 * How long SQS uses a data key before it asks KMS for another one, in seconds: whoever takes the key away waits that long,
 * and a call of KMS's costs. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
const dataKeyReuseSeconds = 3600;

export interface JobsArgs {
  /** The rules of EventBridge's whose events are kept that it could not give to a Lambda. */
  rules: aws.cloudwatch.EventRule[];
  /** A customer's key that encrypts the messages; undefined: SQS's own. */
  kmsKeyArn: pulumi.Input<string> | undefined;
}

/** The queues: jobs that wait, jobs that failed, and events that a Lambda could not handle or was not given. */
export class Jobs extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  readonly failedJobs: aws.sqs.Queue;
  readonly failedEvents: aws.sqs.Queue;
  /** Lets EventBridge send to failedEvents. */
  readonly failedEventsPolicy: aws.sqs.QueuePolicy;

  private readonly encryption: aws.sqs.QueueArgs;

  constructor(name: string, { rules, kmsKeyArn }: JobsArgs, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:Jobs", name, {}, options);
    this.encryption =
      kmsKeyArn === undefined
        ? { sqsManagedSseEnabled: true }
        : { kmsMasterKeyId: kmsKeyArn, kmsDataKeyReusePeriodSeconds: dataKeyReuseSeconds };

    this.failedJobs = this.privateQueue(`${name}-failed-jobs`);
    this.policyOf(`${name}-failed-jobs`, this.failedJobs);
    this.failedEvents = this.privateQueue(`${name}-failed-events`);
    this.failedEventsPolicy = this.policyOf(
      `${name}-failed-events`,
      this.failedEvents,
      rules.length > 0 ? [takeUndelivered(this.failedEvents, rules)] : [],
    );
    // SQS moves a message with its age: a job that it puts aside itself is kept for two weeks after the upload.
    this.queue = this.privateQueue(`${name}-jobs`, {
      visibilityTimeoutSeconds,
      receiveWaitTimeSeconds: 20,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: this.failedJobs.arn, maxReceiveCount }),
    });
    this.policyOf(`${name}-jobs`, this.queue);
    this.takesFailuresOf(`${name}-failed-jobs`, this.failedJobs, [this.queue]);
    // What fails comes here from Lambda, which sends it as a message like any other.
    this.takesFailuresOf(`${name}-failed-events`, this.failedEvents, []);
    this.takesFailuresOf(`${name}-jobs`, this.queue, []);
    this.registerOutputs({ jobs: this.queue.url, failedJobs: this.failedJobs.url });
  }

  private privateQueue(name: string, args: aws.sqs.QueueArgs = {}): aws.sqs.Queue {
    return new aws.sqs.Queue(
      name,
      { messageRetentionSeconds: queueRetentionSeconds, ...this.encryption, ...args },
      { parent: this },
    );
  }

  private policyOf(name: string, queue: aws.sqs.Queue, statements: Statement[] = []): aws.sqs.QueuePolicy {
    const policy = policyDocument([denyWithoutTls("sqs:*", [queue.arn]), ...statements]);
    return new aws.sqs.QueuePolicy(
      name,
      { queueUrl: queue.url, policy: pulumi.jsonStringify(policy) },
      { parent: this },
    );
  }

  /**
   * Of which queues SQS may move messages here that were received too often; by default any queue of the account.
   * A resource of its own, since the source's redrive policy names this queue in turn.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
   */
  private takesFailuresOf(name: string, queue: aws.sqs.Queue, sources: aws.sqs.Queue[]): void {
    const redriveAllowPolicy = pulumi.jsonStringify(
      sources.length === 0
        ? { redrivePermission: "denyAll" }
        : { redrivePermission: "byQueue", sourceQueueArns: sources.map(({ arn }) => arn) },
    );
    new aws.sqs.RedriveAllowPolicy(name, { queueUrl: queue.url, redriveAllowPolicy }, { parent: this });
  }
}

/**
 * Lets EventBridge send what it could not deliver for these rules, and for no other one of anybody's.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
function takeUndelivered(queue: aws.sqs.Queue, rules: aws.cloudwatch.EventRule[]): Statement {
  return {
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queue.arn,
    Condition: { ArnEquals: { "aws:SourceArn": rules.map(({ arn }) => arn) } },
  };
}
