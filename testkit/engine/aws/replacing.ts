/** Task definitions are never changed: each change is a new revision. */
const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";

/** Inputs that name what a resource is or belongs to, which for no resource can be changed. */
const identifying = new Set([
  "name",
  "bucket",
  "statementId",
  "family",
  "vpcId",
  "cidrBlock",
  "availabilityZone",
  "subnetId",
  "routeTableId",
  "serviceName",
  "queueUrl",
  "arn",
  "topic",
  "function",
  "functionName",
  "principal",
  "action",
  "sourceArn",
  "sourceAccount",
  "cluster",
  "clusterName",
  "launchType",
  "role",
  "repository",
  "dashboardName",
  "logGroupName",
  "destinationCidrBlock",
  "endpoint",
  "protocol",
]);

/** Of some resources such an input can be changed all the same. */
const changeable: Readonly<Record<string, readonly string[] | undefined>> = {
  "aws:lambda/function:Function": ["role"],
  "aws:cloudwatch/eventTarget:EventTarget": ["arn"],
};

/** What of a task definition or a VPC's endpoint is only said of it. */
const saidOfIt = new Set(["tags", "skipDestroy", "trackLatest"]);

/**
 * Whether a change of an input makes a new resource of this type: what the provider's documentation calls "forces new
 * resource", for the resources that the program has.
 * https://www.pulumi.com/registry/packages/aws/api-docs/
 */
export function replaces(type: string, input: string): boolean {
  if (type === taskDefinition) return !saidOfIt.has(input);
  if (type === "aws:ec2/securityGroup:SecurityGroup" && input === "description") return true;
  return identifying.has(input) && changeable[type]?.includes(input) !== true;
}
