import { randomBytes } from "node:crypto";

/** The account of the local cloud; the queue emulator's own. */
export const localAccount = "000000000000";

/** Where the program is evaluated: what its resources' outputs are made of. */
export interface OutputContext {
  region: string;
  /** The address of the local SQS, e.g. `http://127.0.0.1:1234`: a queue's URL starts with it. */
  queueEndpoint: string;
}

interface Registration {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

interface Outputs {
  id: string;
  state: Record<string, unknown>;
}

/**
 * The id and outputs of a resource, in AWS's shapes. The inputs are outputs too; a resource whose name is not
 * given gets one with a random end, as Pulumi names it, so that nothing can rely on a fixed name.
 */
export function outputsOf(registration: Registration, context: OutputContext): Outputs {
  const { type, name, inputs } = registration;
  const { region } = context;
  const text = (input: string) => {
    const value = inputs[input];
    return typeof value === "string" ? value : undefined;
  };
  const physicalName = text("name") ?? `${name}-${randomBytes(4).toString("hex").slice(0, 7)}`;
  const arn = (service: string, resource: string, where = `${region}:${localAccount}`) =>
    `arn:aws:${service}:${where}:${resource}`;
  const result = (id: string, outputs: Record<string, unknown>) => ({ id, state: { ...inputs, ...outputs } });

  switch (type) {
    case "aws:s3/bucket:Bucket": {
      const bucket = text("bucket") ?? physicalName;
      const domain = `${bucket}.s3.${region}.amazonaws.com`;
      return result(bucket, {
        bucket,
        arn: arn("s3", bucket, ":"),
        region,
        bucketRegionalDomainName: domain,
      });
    }
    case "aws:sqs/queue:Queue": {
      const url = `${context.queueEndpoint}/${localAccount}/${physicalName}`;
      return result(url, { name: physicalName, url, arn: arn("sqs", physicalName) });
    }
    case "aws:sns/topic:Topic": {
      const topic = arn("sns", physicalName);
      return result(topic, { name: physicalName, arn: topic });
    }
    case "aws:lambda/function:Function":
      return result(physicalName, { name: physicalName, arn: arn("lambda", `function:${physicalName}`) });
    case "aws:iam/role:Role":
      return result(physicalName, {
        name: physicalName,
        arn: arn("iam", `role${text("path") ?? "/"}${physicalName}`, `:${localAccount}`),
      });
    case "aws:cloudwatch/eventRule:EventRule":
      return result(physicalName, { name: physicalName, arn: arn("events", `rule/${physicalName}`) });
    case "aws:cloudwatch/logGroup:LogGroup":
      return result(physicalName, { name: physicalName, arn: arn("logs", `log-group:${physicalName}`) });
    case "aws:ecs/cluster:Cluster": {
      const cluster = arn("ecs", `cluster/${physicalName}`);
      return result(cluster, { name: physicalName, arn: cluster });
    }
    case "awsx:ecs:FargateTaskDefinition": {
      const family = text("family") ?? physicalName;
      const definition = arn("ecs", `task-definition/${family}:1`);
      return result(definition, {
        taskDefinition: {
          id: family,
          family,
          revision: 1,
          arn: definition,
          arnWithoutRevision: definition.slice(0, -2),
        },
      });
    }
    case "awsx:ecs:FargateService":
      return result(physicalName, {
        service: { name: physicalName, id: arn("ecs", `service/${physicalName}`) },
      });
    case "awsx:ecr:Repository":
      return result(physicalName, {
        url: `${localAccount}.dkr.ecr.${region}.amazonaws.com/${physicalName}`,
        repository: { name: physicalName, arn: arn("ecr", `repository/${physicalName}`) },
      });
    case "awsx:ecr:Image":
      return result(physicalName, {
        imageUri: `${text("repositoryUrl") ?? "local"}@sha256:${"0".repeat(64)}`,
      });
    case "awsx:ec2:Vpc":
      return result(physicalName, {
        vpcId: "vpc-local",
        publicSubnetIds: ["subnet-local1", "subnet-local2"],
        privateSubnetIds: [],
        isolatedSubnetIds: [],
        routeTables: [{ id: "rtb-local1" }, { id: "rtb-local2" }],
        vpc: { id: "vpc-local", arn: arn("ec2", "vpc/vpc-local") },
      });
    case "aws:ec2/securityGroup:SecurityGroup":
      return result(`sg-${physicalName}`, {
        name: physicalName,
        arn: arn("ec2", `security-group/sg-${physicalName}`),
      });
    default: {
      const service = /^awsx?:([^/:]+)/.exec(type)?.[1] ?? "local";
      return result(physicalName, { name: physicalName, arn: arn(service, physicalName) });
    }
  }
}

/** The answers to the provider functions that a program may call. */
export function callResult(token: string, inputs: Record<string, unknown>, context: OutputContext): object {
  switch (token) {
    case "aws:index/getRegion:getRegion":
      return { id: context.region, name: context.region, region: context.region };
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { id: localAccount, accountId: localAccount, arn: `arn:aws:iam::${localAccount}:root` };
    case "aws:index/getPartition:getPartition":
      return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com" };
    case "aws:index/getAvailabilityZones:getAvailabilityZones":
      return { names: ["a", "b", "c"].map((zone) => context.region + zone) };
    default:
      return inputs;
  }
}
