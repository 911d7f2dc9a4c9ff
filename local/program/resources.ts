/** One file or folder of a Lambda's archive: its path there, and its text or where it lies on this machine. */
export type PackageEntry = { path: string; text: string } | { path: string; source: string };

interface NameValue {
  name: string;
  value: string;
}

/** What the local cloud reads of each resource type's inputs; everything else is left as registered. */
export interface InputsByType {
  "aws:s3/bucket:Bucket": object;
  "aws:s3/bucketNotification:BucketNotification": {
    bucket: string;
    lambdaFunctions?: {
      lambdaFunctionArn: string;
      events: string[];
      filterPrefix?: string;
      filterSuffix?: string;
    }[];
    eventbridge?: boolean;
  };
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": {
    bucket: string;
    corsRules: {
      allowedOrigins: string[];
      allowedMethods: string[];
      allowedHeaders?: string[];
      exposeHeaders?: string[];
      maxAgeSeconds?: number;
    }[];
  };
  "aws:sqs/queue:Queue": {
    visibilityTimeoutSeconds?: number;
    messageRetentionSeconds?: number;
    delaySeconds?: number;
    receiveWaitTimeSeconds?: number;
    maxMessageSize?: number;
    redrivePolicy?: string;
    kmsMasterKeyId?: string;
  };
  "aws:sqs/queuePolicy:QueuePolicy": { queueUrl: string; policy: string };
  "aws:sns/topic:Topic": { kmsMasterKeyId?: string };
  "aws:lambda/function:Function": {
    /** The archive, as files. */
    code: { entries: PackageEntry[] };
    handler: string;
    /** Its ARN. */
    role: string;
    /** Seconds; AWS's default is 3. */
    timeout?: number;
    memorySize?: number;
    environment?: { variables?: Record<string, string> };
    loggingConfig?: { logFormat?: "JSON" | "Text" };
  };
  "aws:lambda/permission:Permission": {
    function: string;
    principal: string;
    sourceArn?: string;
    sourceAccount?: string;
  };
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    functionName: string;
    maximumRetryAttempts?: number;
    destinationConfig?: { onFailure?: { destination: string } };
  };
  "aws:cloudwatch/logGroup:LogGroup": { kmsKeyId?: string };
  "aws:cloudwatch/eventRule:EventRule": {
    scheduleExpression?: string;
    eventPattern?: string;
    state?: string;
  };
  "aws:cloudwatch/eventTarget:EventTarget": {
    rule: string;
    arn: string;
    input?: string;
    deadLetterConfig?: { arn?: string };
    retryPolicy?: { maximumRetryAttempts?: number; maximumEventAgeInSeconds?: number };
  };
  "aws:ecs/cluster:Cluster": object;
  "awsx:ecs:FargateTaskDefinition": {
    family?: string;
    /** CPU units, 1024 to a vCPU, and MiB. */
    cpu?: string;
    memory?: string;
    container?: ContainerInputs;
    containers?: Record<string, ContainerInputs>;
    taskRole?: { roleArn?: string };
    executionRole?: { roleArn?: string };
  };
  "awsx:ecs:FargateService": {
    cluster: string;
    taskDefinition?: string;
    desiredCount?: number;
    networkConfiguration?: { subnets?: string[] };
  };
  "awsx:ec2:Vpc": object;
  "aws:ec2/vpcEndpoint:VpcEndpoint": { vpcId: string; serviceName: string; routeTableIds?: string[] };
}

/** A container of a task definition, as far as a local process or Docker can follow it. */
export interface ContainerInputs {
  name?: string;
  image?: string;
  command?: string[];
  environment?: NameValue[];
  /** Seconds between SIGTERM and SIGKILL; Fargate's default is 30. */
  stopTimeout?: number;
  user?: string;
  readonlyRootFilesystem?: boolean;
  linuxParameters?: { initProcessEnabled?: boolean; capabilities?: { add?: string[]; drop?: string[] } };
}

/** A resource as the program registered it, with the id and outputs that the local cloud gave it. */
export interface Resource<Inputs = Record<string, unknown>> {
  type: string;
  /** The logical name in the program. */
  name: string;
  /** The provider that it was registered with, as `urn::id`; empty for the default one. */
  provider: string;
  /** The URNs of what it is registered after: what its inputs come from, and what it is told to wait for. */
  dependencies: string[];
  /** The URN of what it is deleted with, and not by itself; empty if it is deleted by itself. */
  deletedWith: string;
  /** Pulumi's name of it, unique in the stack. */
  urn: string;
  id: string;
  inputs: Inputs;
  /** The outputs. Those that other resources refer to are real in the local cloud. */
  state: Record<string, unknown>;
}

/** The resources of one type. */
export function ofType<T extends keyof InputsByType>(
  resources: Resource[],
  type: T,
): Resource<InputsByType[T]>[] {
  return resources.filter((resource) => resource.type === type) as Resource<unknown>[] as Resource<
    InputsByType[T]
  >[];
}

/** An output that must be a text, such as `arn` or `name`. Throws when it is not. */
export function textOutput(resource: Resource<unknown>, output: string): string {
  const value = resource.state[output];
  if (typeof value !== "string")
    throw new Error(`${resource.type} "${resource.name}" has no output ${output}`);
  return value;
}

/** An environment variable of the registered worker. Throws when it has none of this name. */
export function workerVariable(resources: Resource[], name: string): string {
  const variables = ofType(resources, "awsx:ecs:FargateTaskDefinition").flatMap(({ inputs }) =>
    [inputs.container, ...Object.values(inputs.containers ?? {})].flatMap((one) => one?.environment ?? []),
  );
  const variable = variables.find((candidate) => candidate.name === name);
  if (variable === undefined) throw new Error(`The registered worker has no environment variable ${name}.`);
  return variable.value;
}
