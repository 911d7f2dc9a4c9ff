/** A call of AWS's API, in the words in which IAM judges it. */
export interface AccessRequest {
  /** The ARN of a role's session, or a service of AWS's such as `s3.amazonaws.com`. */
  principal: string;
  /** Such as `s3:GetObject`: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
  action: string;
  /** An ARN, or `*` for an action that has no resource. */
  resource: string;
  /** The values of condition keys. One that AWS does not document for the call is not among them. */
  context: Record<string, string>;
}

/** Says why a call is denied (`because …`, `with …`), or undefined when it is allowed. */
export type Authorizer = (request: AccessRequest) => Promise<string | undefined>;

/** What a call of an API needs to be allowed: one thing or several. */
export type Need = Pick<AccessRequest, "action" | "resource"> & { context?: Record<string, string> };

/** A session of a role, by which a process of the local cloud calls. */
export interface Caller {
  roleArn: string;
  /** The function's name, the task's id, or whatever a person calls it. */
  sessionName: string;
  region: string;
  /** The network with an endpoint for S3 that the calls come by, if they come by one. */
  s3EndpointVpc?: string | undefined;
}

/**
 * What IAM is asked when a role's session calls. Outside of this machine the SDKs speak TLS.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function requestOf(caller: Caller, { action, resource, context = {} }: Need): AccessRequest {
  const { roleArn, sessionName, region, s3EndpointVpc } = caller;
  const [, , , , account = "", role = ""] = roleArn.split(":");
  return {
    principal: `arn:aws:sts::${account}:assumed-role/${role.split("/").at(-1) ?? ""}/${sessionName}`,
    action,
    resource,
    context: {
      "aws:PrincipalArn": roleArn,
      "aws:PrincipalAccount": account,
      "aws:PrincipalType": "AssumedRole",
      "aws:PrincipalIsAWSService": "false",
      "aws:RequestedRegion": region,
      "aws:ResourceAccount": account,
      "aws:SecureTransport": "true",
      ...(s3EndpointVpc !== undefined && action.startsWith("s3:") && { "aws:SourceVpc": s3EndpointVpc }),
      ...context,
    },
  };
}

/** A call that a service of AWS's makes on its own, for a resource of an account. */
export interface ServiceCall extends Need {
  /** Such as `s3.amazonaws.com`. */
  service: string;
  /** The account that it works for. */
  account: string;
  /** What it works for; its account is told beside it only where the service's documentation says so. */
  sourceArn: string;
  tellsAccount: boolean;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
export function requestOfService(call: ServiceCall): AccessRequest {
  const { service, account, sourceArn, tellsAccount, action, resource, context } = call;
  return {
    principal: service,
    action,
    resource,
    context: {
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": service,
      "aws:SecureTransport": "true",
      "aws:SourceArn": sourceArn,
      ...(tellsAccount && { "aws:SourceAccount": account }),
      ...context,
    },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function denialText({ principal, action, resource }: AccessRequest, why: string): string {
  return `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
}
