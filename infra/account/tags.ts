import * as pulumi from "@pulumi/pulumi";

/** The resources that we make and that can have tags; components of awsx give theirs to all that they make. */
const taggable: ReadonlySet<string> = new Set([
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ecs/cluster:Cluster",
  "aws:iam/role:Role",
  "aws:lambda/function:Function",
  "aws:s3/bucket:Bucket",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
  "awsx:ec2:Vpc",
  "awsx:ecr:Repository",
  "awsx:ecs:FargateService",
  "awsx:ecs:FargateTaskDefinition",
]);

/**
 * Tags all that is made within a component with the project, the stack and `tags`; one of these two that `tags` has, in
 * whatever case, is theirs: to IAM, `Project` and `project` are one key, and it refuses both together.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
 */
export function tagging(tags: Readonly<Record<string, string>>): pulumi.ResourceTransformation {
  const given = new Set(Object.keys(tags).map((key) => key.toLowerCase()));
  const all = {
    ...(!given.has("project") && { project: pulumi.getProject() }),
    ...(!given.has("stack") && { stack: pulumi.getStack() }),
    ...tags,
  };
  return ({ type, props, opts }) =>
    taggable.has(type) ? { props: { ...(props as object), tags: all }, opts } : undefined;
}
