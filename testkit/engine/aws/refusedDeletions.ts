import type { Account, Existing } from "./account";

/** Why AWS would refuse to delete this now; undefined when it would not. */
export function refusedDeletion(doomed: Existing, account: Account): string | undefined {
  return rules[doomed.type]?.(doomed, account);
}

const inVpc = [
  "aws:ec2/subnet:Subnet",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
];

const rules: Readonly<
  Record<string, ((doomed: Existing, account: Account) => string | undefined) | undefined>
> = {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
  "aws:s3/bucket:Bucket": ({ id, inputs }, account) =>
    inputs["forceDestroy"] !== true && (account.files.get(id) ?? 0) > 0
      ? `BucketNotEmpty: The bucket ${id} you tried to delete is not empty`
      : undefined,
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html
  "aws:ecs/cluster:Cluster": ({ outputs }, account) => {
    const { arn, name } = outputs;
    if (used(account, "aws:ecs/service:Service", ({ inputs }) => inputs["cluster"] === arn))
      return `ClusterContainsServicesException: the cluster ${String(name)} contains services`;
    return (account.tasks.get(String(arn)) ?? 0) > 0
      ? `ClusterContainsTasksException: the cluster ${String(name)} contains tasks`
      : undefined;
  },
  // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html
  "aws:ecr/repository:Repository": ({ id, inputs, outputs }, account) =>
    inputs["forceDelete"] !== true &&
    [...account.images].some((image) => image.startsWith(`${String(outputs["repositoryUrl"])}@`))
      ? `RepositoryNotEmptyException: the repository ${id} contains images`
      : undefined,
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
  "aws:iam/role:Role": ({ id }, account) =>
    used(account, "aws:iam/rolePolicy:RolePolicy", ({ inputs }) => inputs["role"] === id)
      ? `DeleteConflict: the role ${id} still has policies`
      : undefined,
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html
  "aws:cloudwatch/eventRule:EventRule": ({ id }, account) =>
    used(account, "aws:cloudwatch/eventTarget:EventTarget", ({ inputs }) => inputs["rule"] === id)
      ? `ValidationException: the rule ${id} still has targets`
      : undefined,
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html
  "aws:ec2/vpc:Vpc": ({ id }, account) =>
    inVpc.some((type) => used(account, type, ({ inputs }) => inputs["vpcId"] === id))
      ? `DependencyViolation: the VPC ${id} has dependencies and cannot be deleted`
      : undefined,
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html
  "aws:ec2/subnet:Subnet": ({ id }, account) =>
    used(account, "aws:ecs/service:Service", ({ inputs }) => JSON.stringify(inputs).includes(`"${id}"`))
      ? `DependencyViolation: the subnet ${id} has network interfaces`
      : undefined,
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
  "aws:ec2/securityGroup:SecurityGroup": ({ id }, account) =>
    used(account, "aws:ecs/service:Service", ({ inputs }) => JSON.stringify(inputs).includes(`"${id}"`))
      ? `DependencyViolation: the security group ${id} is in use`
      : undefined,
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html
  "aws:ec2/routeTable:RouteTable": ({ id }, account) =>
    used(
      account,
      "aws:ec2/routeTableAssociation:RouteTableAssociation",
      ({ inputs }) => inputs["routeTableId"] === id,
    )
      ? `DependencyViolation: the route table ${id} is associated with a subnet`
      : undefined,
};

function used(account: Account, type: string, by: (other: Existing) => boolean): boolean {
  return account.all(type).some(by);
}
