import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** One statement of an IAM policy. */
export type Statement = aws.iam.PolicyStatement;

/** Allows `actions` on `resources`, under `conditions` if there are any. */
export function allow(
  actions: string[],
  resources: pulumi.Input<string>[],
  conditions?: Statement["Condition"],
): Statement {
  return {
    Effect: "Allow",
    Action: actions,
    Resource: resources,
    ...(conditions === undefined ? {} : { Condition: conditions }),
  };
}

/** Denies `actions` on `resources` to whoever does not use TLS. */
export function denyWithoutTls(actions: string | string[], resources: pulumi.Input<string>[]): Statement {
  return {
    Effect: "Deny",
    Principal: "*",
    Action: actions,
    Resource: resources,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** A policy document of these statements. */
export function policyDocument(statements: Statement[]): aws.iam.PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** A role as those use it that run under it. */
export interface ServiceRole {
  /** Known only once the rights are attached, so that nothing starts under the role without them. */
  arn: pulumi.Output<string>;
}

/** Who may take on a role. */
export interface Trust {
  /** Such as `lambda.amazonaws.com`. */
  service: string;
  /** The account that the service must be working for: ours, and never another customer's. */
  account: pulumi.Input<string>;
  /** If given, a pattern of the ARNs of what it must be working for. */
  sourceArn?: pulumi.Input<string>;
}

/** What an account asks of every role in it. */
export interface RoleSettings {
  permissionsBoundary: pulumi.Input<string> | undefined;
  rolePath: string;
}

/** A role that a service may take on for our account alone, with these rights and no others. */
export function serviceRole(
  name: string,
  trust: Trust,
  statements: pulumi.Input<Statement[]>,
  { permissionsBoundary, rolePath }: RoleSettings,
  options: pulumi.ComponentResourceOptions,
): ServiceRole {
  const role = new aws.iam.Role(
    name,
    {
      assumeRolePolicy: pulumi.jsonStringify(policyDocument([trustStatement(trust)])),
      path: rolePath,
      ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    },
    options,
  );
  const rights = new aws.iam.RolePolicy(
    name,
    { role: role.id, policy: pulumi.jsonStringify(pulumi.output(statements).apply(policyDocument)) },
    options,
  );
  return { arn: pulumi.all([role.arn, rights.id]).apply(([arn]) => arn) };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
function trustStatement({ service, account, sourceArn }: Trust): Statement {
  return {
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": account },
      ...(sourceArn === undefined ? {} : { ArnLike: { "aws:SourceArn": sourceArn } }),
    },
  };
}
