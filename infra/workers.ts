import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./settings/settings";
import type { Image } from "./image/image";
import { maxTries } from "./jobs";
import type { Jobs } from "./jobs";
import type { Network } from "./network";
import { toSend, useKey } from "./account/key";
import { logGroupArgs } from "./account/logGroup";
import { allow, serviceRole } from "./account/policy";
import type { ServiceRole, Statement } from "./account/policy";
import { hasExtras, renditionName } from "../contract/extras";
import type { Place } from "./account/place";
import { bucketArns } from "./storage/storage";
import type { Storage } from "./storage/storage";

/** The name of the one container of a task; RunTask's overrides name it. */
export const workerContainerName = "worker";

/** ECS waits this long between SIGTERM and SIGKILL; Fargate allows no more. */
const stopTimeoutSeconds = 120;

/** The part of a task's memory that Node's heap may take: what it keeps of videos and pictures is outside of that. */
const heapPart = 1 / 4;

export interface WorkersArgs {
  settings: Settings;
  place: Place;
  storage: Storage;
  jobs: Jobs;
  network: Network;
  image: Image;
}

/** The cluster, what a worker is and may do, and the service that keeps warm workers running. */
export class Workers extends pulumi.ComponentResource {
  /** Known, like its ARN, only once the cluster runs tasks on Fargate, so that nothing starts one before. */
  readonly clusterName: pulumi.Output<string>;
  readonly clusterArn: pulumi.Output<string>;
  /** A name that no other stack of the account has, for what Pulumi gives no such name by itself. */
  readonly uniqueName: pulumi.Output<string>;
  /** The task definition's family; its newest revision is what a new worker runs. */
  readonly family: pulumi.Output<string>;
  readonly taskDefinitionArn: pulumi.Output<string>;
  readonly taskRole: ServiceRole;
  readonly executionRole: ServiceRole;
  readonly logGroup: aws.cloudwatch.LogGroup;
  /** The name of the service that keeps warm workers running. */
  readonly warmServiceName: pulumi.Output<string>;

  constructor(name: string, args: WorkersArgs, options?: pulumi.ComponentResourceOptions) {
    super("video-thumbnailer:infra:Workers", name, {}, options);
    const parent = { parent: this };
    const { settings, place, storage, jobs, network, image } = args;
    const { account, region } = place;

    const cluster = new aws.ecs.Cluster(`${name}-workers`, {}, parent);
    const capacity = new aws.ecs.ClusterCapacityProviders(
      `${name}-workers`,
      { clusterName: cluster.name, capacityProviders: ["FARGATE", "FARGATE_SPOT"] },
      parent,
    );
    this.clusterName = pulumi.all([cluster.name, capacity.id]).apply(([clusterName]) => clusterName);
    this.clusterArn = pulumi.all([cluster.arn, capacity.id]).apply(([arn]) => arn);
    // Pulumi ends the cluster's name with random letters: of two people in one account with the same project and stack,
    // each has a name of his own.
    this.uniqueName = cluster.name.apply((clusterName) =>
      `${pulumi.getProject()}-${pulumi.getStack()}-${clusterName}`.replace(/[^A-Za-z0-9_-]/g, "-"),
    );
    this.logGroup = new aws.cloudwatch.LogGroup(`${name}-workers`, logGroupArgs(settings), parent);
    const trust = { service: "ecs-tasks.amazonaws.com", account };
    this.taskRole = serviceRole(
      `${name}-task`,
      // That of any cluster of ours: ECS tells no role for which one of them it asks.
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
      { ...trust, sourceArn: cluster.arn.apply(anyOfEcs) },
      taskStatements(args),
      settings,
      parent,
    );
    // AWS documents that ECS tells an ARN with the task's role alone; a trust policy that asks for what is not told would
    // let no task start.
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    this.executionRole = serviceRole(
      `${name}-execution`,
      trust,
      executionStatements(image, this.logGroup),
      settings,
      parent,
    );

    // awsx would derive the family from the container, so that each new image would be a new family, which
    // no right limited to a family would cover.
    this.family = this.uniqueName;
    const taskDefinition = new awsx.ecs.FargateTaskDefinition(
      `${name}-worker`,
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
          // The image has an init process of its own, which no other process can read.
          linuxParameters: { initProcessEnabled: false, capabilities: { drop: ["ALL"] } },
          stopTimeout: stopTimeoutSeconds,
          environment: [
            { name: "AWS_REGION", value: region },
            { name: "JOB_QUEUE_URL", value: jobs.queue.url },
            { name: "FAILED_JOBS_QUEUE_URL", value: jobs.failedJobs.url },
            { name: "MAX_TRIES", value: String(maxTries) },
            { name: "STOP_TIMEOUT_SECONDS", value: String(stopTimeoutSeconds) },
            { name: "THUMBNAIL_TIMESTAMP", value: settings.thumbnailTimestamp },
            { name: "THUMBNAIL_FORMAT", value: settings.thumbnailFormat },
            { name: "THUMBNAIL_WIDTH", value: String(settings.thumbnailWidth) },
            { name: "OUTPUT_PREFIX", value: settings.outputPrefix },
            { name: "TASK_MEMORY_MIB", value: String(settings.taskMemory) },
            { name: "NODE_OPTIONS", value: `--max-old-space-size=${settings.taskMemory * heapPart}` },
            { name: "VIDEO_SUFFIXES", value: settings.videoSuffixes.join(",") },
            ...extrasEnvironment(settings),
            ...(storage.tellsLittle ? [{ name: "PUBLIC_THUMBNAILS", value: "true" }] : []),
            ...(settings.outputBucketName !== undefined
              ? [{ name: "OUTPUT_BUCKET", value: storage.outputs.name }]
              : []),
            ...(storage.outputKey !== undefined ? [{ name: "KMS_KEY_ARN", value: storage.outputKey }] : []),
            ...(settings.removeThumbnails ? [{ name: "REMOVE_THUMBNAILS", value: "true" }] : []),
          ],
          logConfiguration: {
            logDriver: "awslogs",
            options: {
              "awslogs-group": this.logGroup.name,
              "awslogs-region": region,
              "awslogs-stream-prefix": workerContainerName,
            },
          },
        },
      },
      parent,
    );
    this.taskDefinitionArn = taskDefinition.taskDefinition.apply((definition) => definition.arn);

    const warm = new awsx.ecs.FargateService(
      `${name}-warm`,
      {
        cluster: this.clusterArn,
        taskDefinition: this.taskDefinitionArn,
        desiredCount: settings.warmWorkers,
        networkConfiguration: {
          subnets: network.subnetIds,
          securityGroups: [network.securityGroupId],
          assignPublicIp: network.assignPublicIp,
        },
        deploymentCircuitBreaker: { enable: true, rollback: true },
        continueBeforeSteadyState: true,
      },
      parent,
    );
    this.warmServiceName = warm.service.apply((service) => service.name);
    this.registerOutputs({ cluster: this.clusterArn, taskDefinition: this.taskDefinitionArn });
  }
}

/** `arn:aws:ecs:REGION:ACCOUNT:cluster/NAME` to `arn:aws:ecs:REGION:ACCOUNT:*`. */
function anyOfEcs(clusterArn: string): string {
  return clusterArn.replace(/:cluster\/.*$/, ":*");
}

/** What tells a worker what to make besides thumbnails; nothing where it makes nothing else. */
function extrasEnvironment(settings: Settings): { name: string; value: string }[] {
  const { storyboard, preview, renditions } = settings;
  if (!hasExtras(settings)) return [];
  const variables = {
    EXTRAS_PREFIX: settings.extrasPrefix,
    ...(storyboard && {
      STORYBOARD: "true",
      STORYBOARD_TILE_WIDTH: String(storyboard.tileWidthPixels),
      STORYBOARD_FORMAT: storyboard.format,
    }),
    ...(preview && {
      PREVIEW: "true",
      PREVIEW_SECONDS: String(preview.seconds),
      PREVIEW_WIDTH: String(preview.widthPixels),
    }),
    ...(renditions.length > 0 && { RENDITIONS: renditions.map(renditionName).join(",") }),
  };
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

/** What a worker does: read videos, store thumbnails, take jobs, give some back, and put aside those that can never work. */
function taskStatements({ settings, place, storage, jobs, network }: WorkersArgs): Statement[] {
  const { videos, outputs } = storage;
  const prefixes = settings.prefixes.length > 0 ? settings.prefixes : [""];
  const ofVideos = prefixes.map((prefix) => pulumi.interpolate`${videos.arn}/${prefix}*`);
  const thumbnails = pulumi.interpolate`${outputs.arn}/${settings.outputPrefix}*`;
  const extras = pulumi.interpolate`${outputs.arn}/${settings.extrasPrefix}*`;
  const isExtra = hasExtras(settings);
  const made = isExtra ? [thumbnails, extras] : [thumbnails];
  const isAmongVideos = videos === outputs && settings.prefixes.length === 0;
  const { s3EndpointVpcId } = network;
  // S3 knows the network of what comes by its endpoint there, as all that a worker asks of a bucket of its region does;
  // whoever carries the role's credentials elsewhere reads and writes nothing.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpc
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
  const fromNetwork = s3EndpointVpcId && { StringEquals: { "aws:SourceVpc": s3EndpointVpcId } };
  return [
    // Without the second, S3 does not tell of a video that it has tags, either.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    allow(["s3:GetObject", "s3:GetObjectTagging"], ofVideos, fromNetwork),
    // What stands where an output goes is looked at before it is replaced.
    ...(isAmongVideos ? [] : [allow(["s3:GetObject"], made, fromNetwork)]),
    // Without it S3 answers 403, not 404, for a video that was deleted meanwhile.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    allow(["s3:ListBucket"], bucketArns(storage), fromNetwork),
    allow(["s3:PutObject"], made, fromNetwork),
    ...(settings.removeThumbnails ? [allow(["s3:DeleteObject"], [thumbnails], fromNetwork)] : []),
    // What a video's former version had and its present one has not.
    ...(isExtra ? [allow(["s3:DeleteObject"], [extras], fromNetwork)] : []),
    allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"], [jobs.queue.arn]),
    // A job that is given back, or tried again later, is sent once more.
    allow(["sqs:SendMessage"], [jobs.queue.arn, jobs.failedJobs.arn]),
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    ...useKey(settings, place, {
      service: "s3",
      actions: storage.outputKey === undefined ? ["Decrypt"] : ["Decrypt", "GenerateDataKey"],
    }),
    ...useKey(settings, place, { service: "sqs", actions: toSend }),
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
