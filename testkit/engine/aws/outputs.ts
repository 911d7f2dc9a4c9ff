import { createHash } from "node:crypto";
import { outputsOf } from "../../../local/program/resourceOutputs";
import type { Properties } from "../wire/values";
import type { Account } from "./account";

/** How the id of a resource begins that EC2 gives an id of its own. */
const ec2Ids: Readonly<Record<string, string | undefined>> = {
  "aws:ec2/vpc:Vpc": "vpc",
  "aws:ec2/subnet:Subnet": "subnet",
  "aws:ec2/internetGateway:InternetGateway": "igw",
  "aws:ec2/routeTable:RouteTable": "rtb",
  "aws:ec2/routeTableAssociation:RouteTableAssociation": "rtbassoc",
  "aws:ec2/route:Route": "r",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "vpce",
  "aws:ec2/securityGroup:SecurityGroup": "sg",
};

export interface Created {
  id: string;
  outputs: Properties;
}

/** The id and the outputs that AWS gives a new resource, in its shapes; `seed` is different for each resource. */
export function created(
  resource: { type: string; name: string; seed: string; region: string },
  inputs: Properties,
  account: Account,
): Created {
  const { type, region } = resource;
  const random = createHash("sha256").update(resource.seed).digest("hex").slice(0, 17);
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account.id}:${rest}`;
  const made = (id: string, outputs: Properties = {}) => ({ id, outputs: { ...inputs, ...outputs } });
  const text = (name: string) => String(inputs[name]);
  const prefix = ec2Ids[type];

  if (prefix !== undefined) {
    const id = `${prefix}-${random}`;
    return made(id, { arn: arn("ec2", `${prefix}/${id}`), ownerId: account.id });
  }
  // What is set on a bucket is found by the bucket's name.
  if (type.startsWith("aws:s3/") && inputs["bucket"] !== undefined && type !== "aws:s3/bucket:Bucket")
    return made(text("bucket"));
  switch (type) {
    case "aws:iam/rolePolicy:RolePolicy":
      return made(`${text("role")}:${text("name")}`);
    case "aws:lambda/permission:Permission":
      return made(text("statementId"));
    case "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig":
      return made(text("functionName"));
    case "aws:sqs/queuePolicy:QueuePolicy":
    case "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy":
      return made(text("queueUrl"));
    case "aws:sns/topicPolicy:TopicPolicy":
      return made(text("arn"));
    case "aws:sns/topicSubscription:TopicSubscription":
      return made(`${text("topic")}:${random}`, { arn: `${text("topic")}:${random}` });
    case "aws:cloudwatch/eventTarget:EventTarget":
      return made(`${text("rule")}-${random}`, { targetId: `terraform-${random}` });
    case "aws:cloudwatch/metricAlarm:MetricAlarm":
      return made(text("name"), { arn: arn("cloudwatch", `alarm:${text("name")}`) });
    case "aws:cloudwatch/dashboard:Dashboard":
      return made(text("dashboardName"), {
        dashboardArn: `arn:aws:cloudwatch::${account.id}:dashboard/${text("dashboardName")}`,
      });
    case "aws:ecr/repository:Repository":
      return made(text("name"), {
        arn: arn("ecr", `repository/${text("name")}`),
        registryId: account.id,
        repositoryUrl: `${account.id}.dkr.ecr.${region}.amazonaws.com/${text("name")}`,
      });
    case "aws:ecr/lifecyclePolicy:LifecyclePolicy":
      return made(text("repository"));
    case "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders":
      return made(text("clusterName"));
    case "aws:ecs/service:Service": {
      const cluster = text("cluster").replace(/^.*:cluster\//, "");
      const service = arn("ecs", `service/${cluster}/${text("name")}`);
      return made(service, { arn: service });
    }
    case "aws:ecs/taskDefinition:TaskDefinition": {
      const family = text("family");
      const revision = account.nextRevision(family);
      const withoutRevision = arn("ecs", `task-definition/${family}`);
      return made(family, {
        revision,
        arn: `${withoutRevision}:${revision}`,
        arnWithoutRevision: withoutRevision,
      });
    }
    default: {
      const queueEndpoint = `https://sqs.${region}.amazonaws.com`;
      const { id, state } = outputsOf({ type, name: resource.name, inputs }, { region, queueEndpoint });
      return { id, outputs: state };
    }
  }
}
