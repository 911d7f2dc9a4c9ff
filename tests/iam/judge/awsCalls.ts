import { localAccount } from "../../../local/program/resourceOutputs";
import { ofType, textOutput, type Resource } from "../../../local/program/resources";
import { assumedByEcs, assumedByLambda } from "../../../local/roleAccess";
import {
  requestOf,
  requestOfService,
  type AccessRequest,
  type Need,
} from "../../../local/services/authorizer";
import { administrator, bucketsOf, figuresAction, operatorRole, tellsOfManifests } from "../operators";
import { anyone } from "./simulator";

/** A call that nothing in the local cloud makes, and that AWS's documentation says is made. */
export interface AwsCall {
  request: AccessRequest;
  /** Who makes it, and when. */
  reason: string;
}

/** What AWS itself does for the resources that the program registered. */
export function awsCalls(resources: Resource[], region: string): AwsCall[] {
  return [
    ...lambdaCalls(resources, region),
    ...ecsCalls(resources, region),
    ...alarmCalls(resources),
    ...keyCalls(resources, region),
    ...viewerCalls(resources),
    ...peoplesCalls(resources, region),
    {
      reason: "`status` asks CloudWatch, which the local run has none of, for its figures",
      request: requestOf(
        { roleArn: operatorRole("status"), sessionName: "a-person", region },
        { action: figuresAction, resource: "*" },
      ),
    },
  ];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html */
function lambdaCalls(resources: Resource[], region: string): AwsCall[] {
  return ofType(resources, "aws:lambda/function:Function").flatMap((resource) => {
    const { role, loggingConfig } = resource.inputs as {
      role: string;
      loggingConfig?: { logGroup?: string };
    };
    const name = textOutput(resource, "name");
    const logs = logNeeds(loggingConfig?.logGroup ?? `/aws/lambda/${name}`, region);
    return [
      {
        reason: "Lambda takes on the function's role",
        request: requestOfService(assumedByLambda(role, textOutput(resource, "arn"))),
      },
      ...logs.map((need) => ({
        reason: "Lambda writes the function's log by its role",
        request: requestOf({ roleArn: role, sessionName: name, region }, need),
      })),
    ];
  });
}

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_ECS.html
 */
function ecsCalls(resources: Resource[], region: string): AwsCall[] {
  const repositories = resources
    .filter(({ type }) => type === "awsx:ecr:Repository")
    .map(({ state }) => (state["repository"] as { arn: string }).arn);
  const pulls: Need[] = repositories.flatMap((resource) => [
    { action: "ecr:GetAuthorizationToken", resource: "*" },
    ...["BatchCheckLayerAvailability", "GetDownloadUrlForLayer", "BatchGetImage"].map((action) => ({
      action: `ecr:${action}`,
      resource,
    })),
  ]);
  return ofType(resources, "awsx:ecs:FargateTaskDefinition").flatMap(({ inputs }) => {
    const [task = "", execution = ""] = [inputs.taskRole?.roleArn, inputs.executionRole?.roleArn];
    const { logConfiguration } = inputs.container as {
      logConfiguration?: { options: Record<string, string> };
    };
    const group = logConfiguration?.options["awslogs-group"];
    const logs = group === undefined ? [] : logNeeds(group, region);
    return [
      ...[task, execution].map((role) => ({
        reason: "ECS takes on the task's roles",
        request: requestOfService(assumedByEcs(role, region)),
      })),
      ...[...pulls, ...logs].map((need) => ({
        reason: "ECS pulls the image and writes the log by the execution role",
        request: requestOf({ roleArn: execution, sessionName: "a-task", region }, need),
      })),
    ];
  });
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
function alarmCalls(resources: Resource[]): AwsCall[] {
  return resources
    .filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
    .flatMap((alarm) => {
      const { alarmActions = [], okActions = [] } = alarm.inputs as Record<string, string[] | undefined>;
      return [...new Set([...alarmActions, ...okActions])].map((topic) => ({
        reason: "CloudWatch tells the topic of an alarm",
        request: requestOfService({
          service: "cloudwatch.amazonaws.com",
          action: "sns:Publish",
          resource: topic,
          account: localAccount,
          sourceArn: textOutput(alarm, "arn"),
          tellsAccount: true,
        }),
      }));
    });
}

/**
 * What services do with the customer's key on their own.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
function keyCalls(resources: Resource[], region: string): AwsCall[] {
  const logs = ofType(resources, "aws:cloudwatch/logGroup:LogGroup").flatMap((group) =>
    ["Encrypt", "Decrypt", "ReEncryptTo", "GenerateDataKey", "DescribeKey"].map((action) => ({
      reason: "CloudWatch encrypts a log",
      key: group.inputs.kmsKeyId,
      request: {
        principal: `logs.${region}.amazonaws.com`,
        action: `kms:${action}`,
        context: { "kms:EncryptionContext:aws:logs:arn": textOutput(group, "arn") },
      },
    })),
  );
  const topics = ofType(resources, "aws:sns/topic:Topic");
  const alarms = alarmCalls(resources).flatMap(({ request: { principal, resource, context } }) =>
    ["Decrypt", "GenerateDataKey"].map((action) => ({
      reason: "CloudWatch tells an encrypted topic of an alarm",
      key: topics.find((topic) => textOutput(topic, "arn") === resource)?.inputs.kmsMasterKeyId,
      request: { principal, action: `kms:${action}`, context },
    })),
  );
  const queues = ofType(resources, "aws:sqs/queue:Queue");
  const undelivered = resources
    .filter(({ type }) => type === "aws:cloudwatch/eventTarget:EventTarget")
    .flatMap(({ inputs }) => {
      const { arn } = (inputs["deadLetterConfig"] ?? {}) as { arn?: string };
      return ["Decrypt", "GenerateDataKey"].map((action) => ({
        reason: "EventBridge keeps in an encrypted queue what it could not deliver",
        key: queues.find((queue) => textOutput(queue, "arn") === arn)?.inputs.kmsMasterKeyId,
        request: { principal: "events.amazonaws.com", action: `kms:${action}`, context: {} },
      }));
    });
  return [...logs, ...alarms, ...undelivered].flatMap(({ reason, key, request }) => {
    if (key === undefined) return [];
    const context = {
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": request.principal,
      "aws:SecureTransport": "true",
      ...request.context,
    };
    return [{ reason, request: { ...request, context, resource: key } }];
  });
}

/** With `publicThumbnails`, which the bucket's public access block tells. */
function viewerCalls(resources: Resource[]): AwsCall[] {
  const keys = ["thumb/cat.png", ...(tellsOfManifests(resources) ? ["extras/cat.mp4/preview.webp"] : [])];
  return resources
    .filter(
      ({ type, inputs }) =>
        type.endsWith(":BucketPublicAccessBlock") && inputs["restrictPublicBuckets"] === false,
    )
    .flatMap(({ inputs }) =>
      keys.map((key) => ({
        reason: "Anyone looks at what is public",
        request: anonymous("s3:GetObject", `arn:aws:s3:::${String(inputs["bucket"])}/${key}`),
      })),
    );
}

/** What uploaders, viewers and subscribers do, whom the account lets do it. */
function peoplesCalls(resources: Resource[], region: string): AwsCall[] {
  const person = { roleArn: administrator.arn, sessionName: "a-person", region };
  const arns = (type: "aws:s3/bucket:Bucket" | "aws:sns/topic:Topic" | "aws:sqs/queue:Queue") =>
    ofType(resources, type).map((resource) => textOutput(resource, "arn"));
  const { videos, outputs } = bucketsOf(resources);
  const keys = ["dir/cat.mp4", ...(outputs === videos ? ["thumb/dir/cat.png"] : [])];
  const needs: Need[] = [
    ...arns("aws:s3/bucket:Bucket").flatMap((bucket) => [
      ...["PutObject", "GetObject", "DeleteObject"].flatMap((action) =>
        keys.map((key) => ({
          action: `s3:${action}`,
          resource: `${bucket}/${key}`,
        })),
      ),
      ...["ListBucket", "PutBucketPolicy"].map((action) => ({ action: `s3:${action}`, resource: bucket })),
    ]),
    ...arns("aws:sns/topic:Topic").flatMap((topic) =>
      ["Subscribe", "Publish"].map((action) => ({ action: `sns:${action}`, resource: topic })),
    ),
    ...arns("aws:sqs/queue:Queue").map((queue) => ({ action: "sqs:PurgeQueue", resource: queue })),
  ];
  return needs.map((need) => ({ reason: "People of the account do it", request: requestOf(person, need) }));
}

/** A call that nobody has signed. */
export function anonymous(action: string, resource: string): AccessRequest {
  return { principal: anyone, action, resource, context: { "aws:SecureTransport": "true" } };
}

function logNeeds(group: string, region: string): Need[] {
  const resource = `arn:aws:logs:${region}:${localAccount}:log-group:${group}:log-stream:a/stream`;
  return ["CreateLogStream", "PutLogEvents"].map((action) => ({ action: `logs:${action}`, resource }));
}
