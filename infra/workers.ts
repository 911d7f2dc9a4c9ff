import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./settings/config";
import type { Image } from "./image";
import { maxReceiveCount } from "./jobs";
import type { Jobs } from "./jobs";
import type { Network } from "./network";
import { allow, serviceRole } from "./policy";
import type { ServiceRole, Statement } from "./policy";
import { thumbnailPrefix } from "./storage";

/** The name of the one container of a task; RunTask's overrides name it. */
export const workerContainerName = "worker";

/** ECS waits this long between SIGTERM and SIGKILL; Fargate allows no more. */
const stopTimeoutSeconds = 120;

export interface WorkersArgs {
  settings: Settings;
  bucket: aws.s3.Bucket;
  jobs: Jobs;
  network: Network;
  image: Image;
}

/** The cluster, what a worker is and may do, and the service that keeps warm workers running. */
export class Workers extends pulumi.ComponentResource {
  readonly cluster: aws.ecs.Cluster;
  /** The task definition's family; its newest revision is what a new worker runs. */
  readonly family: string;
  readonly taskDefinitionArn: pulumi.Output<string>;
  readonly taskRole: ServiceRole;
  readonly executionRole: ServiceRole;
  readonly logGroup: aws.cloudwatch.LogGroup;

  constructor(name: string, args: WorkersArgs, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:Workers", name, {}, options);
    const parent = { parent: this };
    const { settings, jobs, network, image } = args;

    this.cluster = new aws.ecs.Cluster("workers", {}, parent);
    new aws.ecs.ClusterCapacityProviders(
      "workers",
      { clusterName: this.cluster.name, capacityProviders: ["FARGATE", "FARGATE_SPOT"] },
      parent,
    );
    this.logGroup = new aws.cloudwatch.LogGroup(
      "workers",
      { retentionInDays: settings.logRetentionDays },
      parent,
    );
    this.taskRole = serviceRole("task", "ecs-tasks.amazonaws.com", taskStatements(args), parent);
    this.executionRole = serviceRole(
      "execution",
      "ecs-tasks.amazonaws.com",
      executionStatements(image, this.logGroup),
      parent,
    );

    // awsx would derive the family from the container, so that each new image would be a new family, which
    // no right limited to a family would cover.
    this.family = `${pulumi.getProject()}-${pulumi.getStack()}`.replace(/[^A-Za-z0-9_-]/g, "-");
    const taskDefinition = new awsx.ecs.FargateTaskDefinition(
      "worker",
      {
        family: this.family,
        cpu: String(settings.taskCpu),
        memory: String(settings.taskMemory),
        runtimePlatform: { cpuArchitecture: settings.architecture, operatingSystemFamily: "LINUX" },
        taskRole: { roleArn: this.taskRole.arn },
        executionRole: { roleArn: this.executionRole.arn },
        logGroup: { skip: true },
        container: {
          name: workerContainerName,
          image: image.uri,
          essential: true,
          // As much as the task has: from its own limit the container knows how much that is.
          memory: settings.taskMemory,
          user: "1000:1000",
          readonlyRootFilesystem: true,
          linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
          stopTimeout: stopTimeoutSeconds,
          environment: [
            { name: "AWS_REGION", value: settings.region },
            { name: "JOB_QUEUE_URL", value: jobs.queue.url },
            { name: "FAILED_JOBS_QUEUE_URL", value: jobs.failedJobs.url },
            { name: "MAX_RECEIVE_COUNT", value: String(maxReceiveCount) },
            { name: "THUMBNAIL_TIMESTAMP", value: settings.thumbnailTimestamp },
            { name: "THUMBNAIL_FORMAT", value: settings.thumbnailFormat },
            { name: "THUMBNAIL_WIDTH", value: String(settings.thumbnailWidth) },
            { name: "OUTPUT_PREFIX", value: thumbnailPrefix },
            { name: "VIDEO_SUFFIXES", value: settings.videoSuffixes.join(",") },
            ...(settings.publicThumbnails ? [{ name: "PUBLIC_THUMBNAILS", value: "true" }] : []),
            ...(settings.removeThumbnails ? [{ name: "REMOVE_THUMBNAILS", value: "true" }] : []),
          ],
          logConfiguration: {
            logDriver: "awslogs",
            options: {
              "awslogs-group": this.logGroup.name,
              "awslogs-region": settings.region,
              "awslogs-stream-prefix": workerContainerName,
            },
          },
        },
      },
      parent,
    );
    this.taskDefinitionArn = taskDefinition.taskDefinition.apply((definition) => definition.arn);

    new awsx.ecs.FargateService(
      "warm",
      {
        cluster: this.cluster.arn,
        taskDefinition: this.taskDefinitionArn,
        desiredCount: settings.warmWorkers,
        networkConfiguration: {
          subnets: network.subnetIds,
          securityGroups: [network.securityGroupId],
          assignPublicIp: true,
        },
        deploymentCircuitBreaker: { enable: true, rollback: true },
        continueBeforeSteadyState: true,
      },
      parent,
    );
    this.registerOutputs({ cluster: this.cluster.arn, taskDefinition: this.taskDefinitionArn });
  }
}

/** What a worker does: read videos, store thumbnails, take jobs, and put aside those that can never work. */
function taskStatements({ settings, bucket, jobs }: WorkersArgs): Statement[] {
  const thumbnails = pulumi.interpolate`${bucket.arn}/${thumbnailPrefix}*`;
  return [
    allow(["s3:GetObject"], [pulumi.interpolate`${bucket.arn}/*`]),
    // Without it S3 answers 403, not 404, for a video that was deleted meanwhile.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    allow(["s3:ListBucket"], [bucket.arn]),
    allow(["s3:PutObject"], [thumbnails]),
    ...(settings.removeThumbnails ? [allow(["s3:DeleteObject"], [thumbnails])] : []),
    allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"], [jobs.queue.arn]),
    allow(["sqs:SendMessage"], [jobs.failedJobs.arn]),
  ];
}

/** What ECS itself does for a task: pull its image, write its log. */
function executionStatements(image: Image, logGroup: aws.cloudwatch.LogGroup): pulumi.Output<Statement[]> {
  const writeLogs = allow(
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    [pulumi.interpolate`${logGroup.arn}:*`],
  );
  return image.repositoryArn.apply((repositoryArn) =>
    repositoryArn === undefined
      ? [writeLogs]
      : [
          writeLogs,
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
          // lists no resource for this one.
          allow(["ecr:GetAuthorizationToken"], ["*"]),
          allow(
            ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
            [repositoryArn],
          ),
        ],
  );
}
