import { randomBytes } from "node:crypto";
import type { CloudAccess } from "./localEnvironment";
import { ofType, type Resource } from "./program/resources";
import { localAccount } from "./program/resourceOutputs";
import type { Caller, ServiceCall } from "./services/authorizer";
import type { Door } from "./services/door";

/** Who takes on a role, and where its calls come from. */
export interface Session extends Omit<Caller, "region"> {
  /** One that nobody can guess is made up if none is given. */
  accessKeyId?: string;
}

/** Lets a session of a role in, and gives what it reaches the services with. */
export function roleAccess(door: Door, access: CloudAccess, session: Session): CloudAccess {
  const { accessKeyId = `LOCAL${randomBytes(16).toString("hex").toUpperCase()}`, ...caller } = session;
  door.admit(accessKeyId, { ...caller, region: access.region });
  return { ...access, credentials: { ...access.credentials, accessKeyId } };
}

/**
 * The network whose endpoint for S3 a task in these subnets reaches S3 by; undefined when its network has none on its
 * route tables.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
 */
export function s3EndpointVpc(resources: Resource[], region: string, subnets: string[]): string | undefined {
  const vpc = ofType(resources, "awsx:ec2:Vpc").find(({ state }) => {
    const own = Object.values(state).filter(Array.isArray).flat() as unknown[];
    return subnets.length > 0 && subnets.every((subnet) => own.includes(subnet));
  });
  const id = vpc?.state["vpcId"];
  const endpoint = ofType(resources, "aws:ec2/vpcEndpoint:VpcEndpoint").find(
    ({ inputs }) =>
      inputs.vpcId === id &&
      inputs.serviceName === `com.amazonaws.${region}.s3` &&
      (inputs.routeTableIds ?? []).length > 0,
  );
  return endpoint?.inputs.vpcId;
}

/**
 * How ECS takes on a task's role and its execution role. It does not tell for which cluster, so that a trust policy
 * can name no more than the region and account.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
export function assumedByEcs(roleArn: string, region: string): ServiceCall {
  return {
    service: "ecs-tasks.amazonaws.com",
    action: "sts:AssumeRole",
    resource: roleArn,
    account: localAccount,
    sourceArn: `arn:aws:ecs:${region}:${localAccount}:not-told`,
    tellsAccount: true,
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html */
export function assumedByLambda(roleArn: string, functionArn: string): ServiceCall {
  return {
    service: "lambda.amazonaws.com",
    action: "sts:AssumeRole",
    resource: roleArn,
    account: localAccount,
    sourceArn: functionArn,
    tellsAccount: true,
  };
}
