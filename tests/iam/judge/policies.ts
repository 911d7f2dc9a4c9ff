import { localAccount } from "../../../local/program/resourceOutputs";
import { textOutput, type Resource } from "../../../local/program/resources";
import type { AccessRequest, Authorizer } from "../../../local/services/authorizer";
import { verdictOn, type Policy, type Statement } from "./simulator";

/** A policy that the program registered, and what it belongs to. */
export interface OwnedPolicy {
  kind: "identity" | "trust" | "resource" | "boundary";
  /** What a person calls its owner, such as `role onVideoUploaded`. */
  owner: string;
  /** The ARN of the role, bucket, queue, topic, function or key; of a boundary its own. */
  arn: string;
  /** Of a boundary: the ARNs of the roles that have it. */
  roles?: string[];
  policy: Policy;
}

/** What the program registers of IAM's beside policies, and what is read here in another place. */
const readOtherwise = ["aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"];

/** Policies that the account has already, by the ARNs of what is no resource of the program's. */
export interface AccountPolicies {
  keys: Readonly<Record<string, Policy>>;
  boundaries: Readonly<Record<string, Policy>>;
  buckets: Readonly<Record<string, Policy>>;
}
const none: AccountPolicies = { keys: {}, boundaries: {}, buckets: {} };

/**
 * All policies that the program registered, and those of the account that have a say beside them. Throws for what would change rights and is not read here, so that no
 * verdict is given without it.
 */
export function registeredPolicies(resources: Resource[], account = none): OwnedPolicy[] {
  const unknown = resources.find(({ type }) => type.startsWith("aws:iam/") && !readOtherwise.includes(type));
  if (unknown !== undefined) throw new Error(`${unknown.type} ${unknown.name} ${notRead}`);
  const withArn = (output: string, value: unknown) => {
    const found = resources.find(
      (one) => one.state["arn"] !== undefined && (one.id === value || one.state[output] === value),
    );
    if (found === undefined) throw new Error(`A policy is of ${String(value)}, which is not registered.`);
    return found;
  };
  const owned = (kind: OwnedPolicy["kind"], owner: Resource, policy: unknown): OwnedPolicy[] => [
    { kind, owner: ownerOf(owner), arn: textOutput(owner, "arn"), policy: readPolicy(policy) },
  ];
  const policies = resources.flatMap((resource) => {
    const { type, inputs } = resource;
    switch (type) {
      case "aws:iam/role:Role": {
        for (const input of ["managedPolicyArns", "inlinePolicies"]) {
          if (inputs[input] !== undefined) throw new Error(`${input} of role ${resource.name} ${notRead}`);
        }
        return owned("trust", resource, inputs["assumeRolePolicy"]);
      }
      case "aws:iam/rolePolicy:RolePolicy":
        return owned("identity", withArn("name", inputs["role"]), inputs["policy"]);
      case "aws:s3/bucketPolicy:BucketPolicy":
        return owned("resource", withArn("bucket", inputs["bucket"]), inputs["policy"]);
      case "aws:sqs/queuePolicy:QueuePolicy":
        return owned("resource", withArn("url", inputs["queueUrl"]), inputs["policy"]);
      case "aws:sns/topicPolicy:TopicPolicy":
        return owned("resource", withArn("arn", inputs["arn"]), inputs["policy"]);
      case "aws:lambda/permission:Permission": {
        const lambda = withArn("name", inputs["function"]);
        return owned("resource", lambda, permissionPolicy(textOutput(lambda, "arn"), inputs));
      }
      default:
        return [];
    }
  });
  const ofAccount = (owner: string, given: AccountPolicies["keys"]) =>
    Object.entries(given).map(([arn, policy]): OwnedPolicy => ({ kind: "resource", owner, arn, policy }));
  const keys = ofAccount("the customer's key", account.keys);
  const buckets = ofAccount("an existing bucket", account.buckets);
  return [...joined(policies), ...keys, ...buckets, ...boundariesOf(resources, account)];
}

/** The boundaries that roles are registered with. Throws for one that the account does not have. */
function boundariesOf(resources: Resource[], { boundaries }: AccountPolicies): OwnedPolicy[] {
  const roles = resources.filter(({ type }) => type === "aws:iam/role:Role");
  const arns = new Set(
    roles.flatMap(({ inputs }) => (inputs["permissionsBoundary"] as string | undefined) ?? []),
  );
  return [...arns].map((arn) => {
    const policy = boundaries[arn];
    if (policy === undefined) throw new Error(`permissionsBoundary ${arn} ${notRead}`);
    const bounded = roles.filter(({ inputs }) => inputs["permissionsBoundary"] === arn);
    const roleArns = bounded.map((role) => textOutput(role, "arn"));
    return { kind: "boundary", owner: "the account", arn, policy, roles: roleArns };
  });
}

const notRead = "decides on rights and is not read by tests/iam/policies.ts: have it read there first.";

/** The statement that Lambda makes of a permission. */
function permissionPolicy(functionArn: string, inputs: Resource["inputs"]): Policy {
  const { principal, action, sourceArn, sourceAccount } = inputs as Record<string, string | undefined>;
  const statement: Statement = {
    Effect: "Allow",
    Principal: { Service: principal ?? "" },
    Action: action ?? "",
    Resource: functionArn,
    Condition: {
      ...(sourceAccount !== undefined && { StringEquals: { "aws:SourceAccount": sourceAccount } }),
      ...(sourceArn !== undefined && { ArnLike: { "aws:SourceArn": sourceArn } }),
    },
  };
  return { Version: "2012-10-17", Statement: [statement] };
}

function readPolicy(policy: unknown): Policy {
  return (typeof policy === "string" ? JSON.parse(policy) : policy) as Policy;
}

function ownerOf({ type, name }: Resource): string {
  return `${(type.split(":").at(-1) ?? type).toLowerCase()} ${name}`;
}

/** What one owner has of one kind, as one policy: a function's permissions are statements of one. */
function joined(policies: OwnedPolicy[]): OwnedPolicy[] {
  const byOwner = new Map<string, OwnedPolicy>();
  for (const { kind, arn, policy, ...rest } of policies) {
    const known = byOwner.get(`${kind} ${arn}`);
    const Statement = [...(known?.policy.Statement ?? []), ...policy.Statement];
    byOwner.set(`${kind} ${arn}`, { kind, arn, ...rest, policy: { ...policy, Statement } });
  }
  return [...byOwner.values()];
}

/** Why these policies deny a call; undefined when they allow it. */
export function judged(request: AccessRequest, policies: OwnedPolicy[]): Promise<string | undefined> {
  const roleArn = request.context["aws:PrincipalArn"];
  const owner = ownerArn(request.resource);
  const kind = request.action === "sts:AssumeRole" ? "trust" : "resource";
  return verdictOn(request, localAccount, {
    identity: policies
      .filter((one) => one.kind === "identity" && one.arn === roleArn)
      .map(({ policy }) => policy),
    boundaries: policies.filter((one) => isBoundaryOf(one, roleArn)).map(({ policy }) => policy),
    resource: policies.find((one) => one.kind === kind && one.arn === owner)?.policy,
  });
}

/** Whether a policy has a say in a call. */
export function concerns(policy: OwnedPolicy, { context, resource, action }: AccessRequest): boolean {
  const { kind, arn } = policy;
  if (kind === "boundary") return isBoundaryOf(policy, context["aws:PrincipalArn"]);
  if (kind === "identity") return context["aws:PrincipalArn"] === arn;
  return ownerArn(resource) === arn && (kind === "trust") === (action === "sts:AssumeRole");
}

function isBoundaryOf({ kind, roles }: OwnedPolicy, roleArn: string | undefined): boolean {
  return kind === "boundary" && roleArn !== undefined && roles?.includes(roleArn) === true;
}

/** An object has its bucket's policy. */
function ownerArn(resource: string): string {
  return resource.startsWith("arn:aws:s3:::") ? (resource.split("/")[0] ?? resource) : resource;
}

/** Judges each call by the policies that there are at that moment. */
export function authorizerOf(policies: () => OwnedPolicy[]): Authorizer {
  return (request) => judged(request, policies());
}
