import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hasExtras } from "../../contract/extras";
import { onThumbnailCreated } from "../../handlers/onThumbnailCreated";
import { onVideoRemoved, settledFirst } from "../../handlers/onVideoRemoved";
import { onVideoUploaded } from "../../handlers/onVideoUploaded";
import { superviseWorkers } from "../../handlers/superviseWorkers";
import type { Settings } from "../settings/settings";
import { BucketEvents, bucketEventRules } from "./bucketEvents";
import type { BucketRules } from "./bucketRules";
import { callOn } from "./callOn";
import { EventFunction } from "./eventFunction";
import type { Jobs } from "../jobs";
import type { Network } from "../network";
import { allow } from "../account/policy";
import type { Statement } from "../account/policy";
import { toSend, useKey } from "../account/key";
import type { Place } from "../account/place";
import { bucketArns, manifestSuffix } from "../storage/storage";
import type { Bucket, Storage } from "../storage/storage";
import { workerContainerName } from "../workers";
import type { Workers } from "../workers";

/** Half a minute's work of a worker, about as long as a further one takes to start. */
const jobsPerWorker = 20;

/** How long a burst worker waits for a further job before it leaves; Fargate bills a minute at least. */
const workerIdleSeconds = 30;

export interface FunctionsArgs {
  settings: Settings;
  place: Place;
  storage: Storage;
  /** What happens in existing buckets. */
  rules: BucketRules;
  jobs: Jobs;
  network: Network;
  workers: Workers;
  thumbnails: aws.sns.Topic;
}

/** The Lambdas, and what calls each of them. */
export class Functions extends pulumi.ComponentResource {
  readonly onVideoUploaded: EventFunction<unknown>;
  readonly onThumbnailCreated: EventFunction<unknown>;
  readonly superviseWorkers: EventFunction<unknown>;
  /** With `removeThumbnails` alone. */
  readonly onVideoRemoved?: EventFunction<unknown>;

  constructor(name: string, args: FunctionsArgs, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:Functions", name, {}, options);
    const parent = { parent: this };
    const { settings, place, storage, jobs, workers } = args;
    const { outputPrefix, extrasPrefix } = settings;
    const { account } = place;
    const common = { place, failedEvents: jobs.failedEvents, settings };

    this.onVideoUploaded = new EventFunction<unknown>(
      `${name}-onVideoUploaded`,
      {
        ...common,
        description: "Queues a job for an uploaded video and sees to it that a worker runs",
        callbackFactory: () => onVideoUploaded(process.env),
        packages: ["@aws-sdk/client-ecs", "@aws-sdk/client-sqs"],
        environment: { ...workerEnvironment(args), ...placesEnvironment(args) },
        statements: [...startWorkersStatements(args), allow(["sqs:SendMessage"], [jobs.queue.arn])],
      },
      parent,
    );
    this.superviseWorkers = new EventFunction<unknown>(
      `${name}-superviseWorkers`,
      {
        ...common,
        description: "Starts the workers that waiting jobs need and that do not run",
        callbackFactory: () => superviseWorkers(process.env),
        packages: ["@aws-sdk/client-ecs", "@aws-sdk/client-sqs"],
        environment: workerEnvironment(args),
        statements: startWorkersStatements(args),
      },
      parent,
    );
    this.onThumbnailCreated = new EventFunction<unknown>(
      `${name}-onThumbnailCreated`,
      {
        ...common,
        description: "Tells the log and the thumbnails topic of a new thumbnail",
        ...(settings.removeThumbnails
          ? {
              callbackFactory: () => settledFirst(process.env, onThumbnailCreated(process.env)),
              packages: ["@aws-sdk/client-s3", "@aws-sdk/client-sns", "@aws-sdk/client-sqs"],
            }
          : {
              callbackFactory: () => onThumbnailCreated(process.env),
              packages: ["@aws-sdk/client-s3", "@aws-sdk/client-sns"],
            }),
        environment: {
          ...bucketsEnvironment(args),
          ...(hasExtras(settings) && { EXTRAS_PREFIX: extrasPrefix }),
          ...(settings.removeThumbnails && settlingEnvironment(args)),
          BUCKET_REGIONAL_DOMAIN_NAME: storage.outputs.regionalDomainName,
          OUTPUT_PREFIX: outputPrefix,
          THUMBNAIL_FORMAT: settings.thumbnailFormat,
          THUMBNAIL_TOPIC_ARN: args.thumbnails.arn,
          VIDEO_SUFFIXES: settings.videoSuffixes.join(","),
        },
        statements: [
          ...(settings.removeThumbnails ? settlingStatements(args) : lookStatements(args)),
          allow(["sns:Publish"], [args.thumbnails.arn]),
          ...useKey(settings, place, { service: "sns", actions: toSend }),
        ],
      },
      parent,
    );
    if (settings.removeThumbnails) {
      this.onVideoRemoved = new EventFunction<unknown>(
        `${name}-onVideoRemoved`,
        {
          ...common,
          description: "Deletes the thumbnail of a deleted video",
          callbackFactory: () => onVideoRemoved(process.env),
          packages: ["@aws-sdk/client-s3", "@aws-sdk/client-sqs"],
          environment: settlingEnvironment(args),
          statements: settlingStatements(args),
        },
        parent,
      );
    }

    if (storage.own !== undefined)
      new BucketEvents(
        `${name}-videos`,
        {
          bucket: storage.own,
          account,
          rules: bucketEventRules(settings, {
            onVideoUploaded: { name: `${name}-onVideoUploaded`, lambda: this.onVideoUploaded.lambda },
            onVideoRemoved: this.onVideoRemoved && {
              name: `${name}-onVideoRemoved`,
              lambda: this.onVideoRemoved.lambda,
            },
            onThumbnailCreated: storage.ownsOutputs
              ? { name: `${name}-onThumbnailCreated`, lambda: this.onThumbnailCreated.lambda }
              : undefined,
          }),
        },
        parent,
      );
    for (const lambdaName of ["onVideoUploaded", "onVideoRemoved", "onThumbnailCreated"] as const) {
      const [rule, called] = [args.rules[lambdaName], this[lambdaName]?.lambda];
      if (rule !== undefined && called !== undefined)
        callOn(`${name}-${lambdaName}`, { rule, called, undelivered: jobs }, parent);
    }
    this.superviseOn(`${name}-everyMinute`, { scheduleExpression: "rate(1 minute)" });
    this.superviseOn(`${name}-workerStopped`, { eventPattern: workerStoppedPattern(workers.clusterArn) });
    this.registerOutputs();
  }

  /** By the names of the Lambdas. */
  get logGroupNames(): Record<string, pulumi.Output<string>> {
    return {
      onVideoUploaded: this.onVideoUploaded.logGroup.name,
      onThumbnailCreated: this.onThumbnailCreated.logGroup.name,
      superviseWorkers: this.superviseWorkers.logGroup.name,
      ...(this.onVideoRemoved && { onVideoRemoved: this.onVideoRemoved.logGroup.name }),
    };
  }

  private superviseOn(name: string, when: aws.cloudwatch.EventRuleArgs): void {
    const parent = { parent: this };
    const rule = new aws.cloudwatch.EventRule(name, when, parent);
    // What gets lost is made up for a minute later.
    callOn(name, { rule, called: this.superviseWorkers.lambda }, parent);
  }
}

/** What ensureWorkers reads from its environment. */
function workerEnvironment(args: FunctionsArgs): Record<string, pulumi.Input<string>> {
  const { settings, jobs, network, workers } = args;
  return {
    ECS_CLUSTER_NAME: workers.clusterName,
    ECS_TASK_DEFINITION: workers.family,
    ECS_TASK_DEFINITION_ARN: workers.taskDefinitionArn,
    ECS_CONTAINER_NAME: workerContainerName,
    ECS_TASK_VPC_SUBNETS: network.subnetIds.apply((ids) => ids.join(",")),
    ECS_TASK_SECURITY_GROUP: network.securityGroupId,
    ...(!network.assignPublicIp && { ECS_TASK_PUBLIC_IP: "DISABLED" }),
    ...(settings.warmWorkers > 0 && { ECS_WARM_SERVICE_NAME: workers.warmServiceName }),
    ECS_CAPACITY_PROVIDERS: settings.spot ? "FARGATE_SPOT,FARGATE" : "FARGATE",
    JOB_QUEUE_URL: jobs.queue.url,
    MAX_WORKERS: String(settings.maxWorkers),
    JOBS_PER_WORKER: String(jobsPerWorker),
    WORKER_IDLE_SECONDS: String(workerIdleSeconds),
  };
}

/** What ensureWorkers calls: how many jobs wait, how many workers run or have failed, and starting one. */
function startWorkersStatements({ jobs, workers }: FunctionsArgs): Statement[] {
  const onCluster = { ArnEquals: { "ecs:cluster": workers.clusterArn } };
  return [
    allow(["sqs:GetQueueAttributes"], [jobs.queue.arn]),
    // ListTasks has no resource of its own here; the condition limits it.
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    allow(["ecs:ListTasks"], ["*"], onCluster),
    allow(["ecs:DescribeTasks"], [workers.clusterArn.apply(anyTask)], onCluster),
    allow(["ecs:RunTask"], [workers.taskDefinitionArn.apply(anyRevision)], onCluster),
    allow(["iam:PassRole"], [workers.taskRole.arn, workers.executionRole.arn], {
      StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    }),
  ];
}

/** Where videos and outputs are. */
function bucketsEnvironment({ storage }: FunctionsArgs): Record<string, pulumi.Input<string>> {
  return { VIDEO_BUCKET: storage.videos.name, OUTPUT_BUCKET: storage.outputs.name };
}

/** Which keys are videos, beside their suffixes: nothing under the outputs' prefixes is one. */
function placesEnvironment({ settings }: FunctionsArgs): Record<string, pulumi.Input<string>> {
  const { prefixes, outputPrefix, extrasPrefix } = settings;
  return {
    ...(prefixes.length > 0 && { VIDEO_PREFIXES: prefixes.join(",") }),
    OUTPUT_PREFIX: outputPrefix,
    EXTRAS_PREFIX: extrasPrefix,
  };
}

/** What settleOutputs reads from its environment. */
function settlingEnvironment(args: FunctionsArgs): Record<string, pulumi.Input<string>> {
  const { settings, jobs } = args;
  return {
    THUMBNAIL_FORMAT: settings.thumbnailFormat,
    ...bucketsEnvironment(args),
    ...placesEnvironment(args),
    ...(hasExtras(settings) && { MAKES_EXTRAS: "true" }),
    VIDEO_SUFFIXES: settings.videoSuffixes.join(","),
    JOB_QUEUE_URL: jobs.queue.url,
  };
}

/** What telling of thumbnails and manifests looks at. */
function lookStatements(args: FunctionsArgs): Statement[] {
  const { settings, storage } = args;
  const { outputPrefix, extrasPrefix } = settings;
  const manifests = hasExtras(settings) ? [`${extrasPrefix}*${manifestSuffix}`] : [];
  return lookAt(args, [`${outputPrefix}*`, ...manifests], [storage.outputs.arn]);
}

/** What settleOutputs does: a video that is there without its outputs gets a job. */
function settlingStatements(args: FunctionsArgs): Statement[] {
  const { settings, storage, jobs } = args;
  const { outputPrefix, extrasPrefix } = settings;
  const patterns = [`${outputPrefix}*`, ...(hasExtras(settings) ? [`${extrasPrefix}*`] : [])];
  return [
    // Whoever deletes an object on condition of its ETag needs the right to read it, too.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-delete-enforce.html
    ...lookAt(args, patterns, bucketArns(storage)),
    allow(["s3:DeleteObject"], objectsOf(storage.outputs, patterns)),
    allow(["sqs:SendMessage"], [jobs.queue.arn]),
  ];
}

/** Outputs by their keys, and what is there of these buckets. Without ListBucket, S3 answers 403, not 404, for what was deleted meanwhile. */
function lookAt(
  { settings, place, storage }: FunctionsArgs,
  patterns: string[],
  listed: pulumi.Output<string>[],
): Statement[] {
  return [
    allow(["s3:GetObject"], objectsOf(storage.outputs, patterns)),
    allow(["s3:ListBucket"], listed),
    // Of a manifest its content is read; for what S3 tells of an object in its headers, nobody needs the key.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    ...(hasExtras(settings) && storage.outputKey !== undefined
      ? useKey(settings, place, { service: "s3", actions: ["Decrypt"] })
      : []),
  ];
}

function objectsOf(bucket: Bucket, patterns: string[]): pulumi.Output<string>[] {
  return patterns.map((pattern) => pulumi.interpolate`${bucket.arn}/${pattern}`);
}

/** `…:cluster/NAME` to `…:task/NAME/*`. */
function anyTask(clusterArn: string): string {
  return `${clusterArn.replace(":cluster/", ":task/")}/*`;
}

function anyRevision(taskDefinitionArn: string): string {
  return taskDefinitionArn.replace(/:\d+$/, ":*");
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html */
function workerStoppedPattern(clusterArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    source: ["aws.ecs"],
    "detail-type": ["ECS Task State Change"],
    detail: { lastStatus: ["STOPPED"], clusterArn: [clusterArn] },
  });
}
