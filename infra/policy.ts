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

/** Denies everything on `resources` to whoever does not use TLS. */
export function denyWithoutTls(action: string, resources: pulumi.Input<string>[]): Statement {
  return {
    Effect: "Deny",
    Principal: "*",
    Action: action,
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

/** A role that `service` (such as `lambda.amazonaws.com`) may take on, with these rights and no others. */
export function serviceRole(
  name: string,
  service: string,
  statements: pulumi.Input<Statement[]>,
  options: pulumi.ComponentResourceOptions,
): ServiceRole {
  const role = new aws.iam.Role(
    name,
    { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: service }) },
    options,
  );
  const rights = new aws.iam.RolePolicy(
    name,
    { role: role.id, policy: pulumi.jsonStringify(pulumi.output(statements).apply(policyDocument)) },
    options,
  );
  return { arn: pulumi.all([role.arn, rights.id]).apply(([arn]) => arn) };
}
