import { localAccount } from "../../../local/program/resourceOutputs";
import type { Resource } from "../../../local/program/resources";
import type { AccessRequest } from "../../../local/services/authorizer";
import { administrator, operatorRole, operators } from "../operators";
import { anonymous } from "./awsCalls";
import type { OwnedPolicy } from "./policies";
import { roleOf } from "./record";

/** A call that must be denied. */
export interface Trespass {
  request: AccessRequest;
  /** Who tries it, and how. */
  what: string;
}

/** What there is of a stack, and of another one in the same account. */
export interface Neighbours {
  resources: Resource[];
  others: Resource[];
  policies: OwnedPolicy[];
  /** The stack's videos are under these alone, if there are any. */
  prefixes?: readonly string[];
}

const otherAccount = "999999999999";
const otherRegion = "ap-south-1";

/** What nobody may do, made of all that is done and allowed. */
export function trespassesBeside(
  calls: AccessRequest[],
  { resources, others, policies, prefixes = [] }: Neighbours,
): Trespass[] {
  const [own, other] = [namesOf(resources), namesOf(others)];
  // An administrator may do everything, but for what the bucket, queues and topics forbid to all.
  const limited = calls.filter((call) => roleOf(call) !== administrator.arn);
  const all = [
    ...calls.flatMap(inPlainText),
    ...calls.flatMap(unsigned),
    ...limited.flatMap(fromElsewhere),
    ...limited.flatMap(toAnotherService),
    ...limited.flatMap(pastItsService),
    ...calls.flatMap(ofOthersLogs),
    ...limited.flatMap((call) => onAnotherStack(call, own, other)),
    ...limited.flatMap((call) => inAnotherBucket(call, calls)),
    ...limited.flatMap((call) => besideItsPrefixes(call, prefixes)),
    ...limited.flatMap(ofAnotherAccount),
    ...limited.flatMap((call) => inAnotherRegion(call, policies)),
    ...policies.flatMap(asDeputy),
    ...byAnotherRole(calls),
  ];
  const allowed = new Set(calls.map((call) => JSON.stringify(call)));
  return all.filter(({ request }) => !allowed.has(JSON.stringify(request)));
}

/** Services that can be spoken to without TLS, and whose resources have policies that can forbid it. */
function inPlainText(call: AccessRequest): Trespass[] {
  if (!/^(?:s3|sqs|sns):/.test(call.action)) return [];
  return [changed(call, "without TLS", { "aws:SecureTransport": "false" })];
}

/** Whoever carries a worker's credentials elsewhere comes by no endpoint of the stack's, or by one of his own. */
function fromElsewhere(call: AccessRequest): Trespass[] {
  const { "aws:SourceVpc": vpc, ...context } = call.context;
  if (vpc === undefined) return [];
  return [
    { what: `${roleOf(call)} from outside its network`, request: { ...call, context } },
    changed(call, "from another network", { "aws:SourceVpc": "vpc-other" }),
  ];
}

function toAnotherService(call: AccessRequest): Trespass[] {
  if (!("iam:PassedToService" in call.context)) return [];
  return [changed(call, "passing a role to Lambda", { "iam:PassedToService": "lambda.amazonaws.com" })];
}

/** The key by itself, by a service that never uses it for this role, and from another region; and another key. */
function pastItsService(call: AccessRequest): Trespass[] {
  const { "kms:ViaService": via, ...context } = call.context;
  if (via === undefined) return [];
  const service = via.startsWith("s3.") ? "dynamodb" : "s3";
  return [
    { what: `${roleOf(call)} without a service`, request: { ...call, context } },
    changed(call, "by another service", { "kms:ViaService": via.replace(/^\w+/, `${service}-other`) }),
    changed(call, "in another region", { "kms:ViaService": via.replace(/\.[^.]+\./, `.${otherRegion}.`) }),
    { what: `${roleOf(call)} with another key`, request: { ...call, resource: `${call.resource}-other` } },
  ];
}

/** What CloudWatch encrypts for another account. */
function ofOthersLogs(call: AccessRequest): Trespass[] {
  const { "kms:EncryptionContext:aws:logs:arn": group } = call.context;
  if (group === undefined) return [];
  const elsewhere = group.replace(localAccount, otherAccount);
  return [changed(call, "for another account", { "kms:EncryptionContext:aws:logs:arn": elsewhere })];
}

/** The same on what another stack has of the same name in the program, said by the resource, the rest, or both. */
function onAnotherStack(call: AccessRequest, own: string[], other: string[]): Trespass[] {
  // Who may use the key by a service may do it for whatever the service lets him read or write.
  if (call.action.startsWith("kms:")) return [];
  const moved = (text: string) =>
    own.reduce((all, name, index) => all.replaceAll(name, other[index] ?? name), text);
  const context = Object.fromEntries(
    Object.entries(call.context).map(([key, value]) => [
      key,
      key === "aws:PrincipalArn" ? value : moved(value),
    ]),
  );
  const what = `${roleOf(call)} for another stack`;
  const elsewhere = { what, request: { ...call, context } };
  if (!call.principal.startsWith("arn:")) {
    // A role's users are not told from one another, and an alarm is as good as another.
    const isAnyones = call.action === "sts:AssumeRole" || call.principal === "cloudwatch.amazonaws.com";
    return isAnyones ? [] : [elsewhere];
  }
  const resource = moved(call.resource);
  return [
    elsewhere,
    { what, request: { ...call, resource } },
    { what, request: { ...call, resource, context } },
  ];
}

/** The same in a bucket of somebody's; and of what is written or deleted where outputs go, the same among the videos. */
function inAnotherBucket(call: AccessRequest, calls: AccessRequest[]): Trespass[] {
  const bucket = bucketOf(call);
  if (bucket === undefined) return [];
  const isChange = /^s3:(?:Put|Delete)Object$/.test(call.action);
  const own = isChange ? new Set(calls.flatMap((one) => bucketOf(one) ?? [])) : [];
  return [...own, `${bucket}-of-others`]
    .filter((other) => other !== bucket)
    .map((other) => ({
      what: `${roleOf(call)} in the bucket ${other}`,
      request: { ...call, resource: call.resource.replace(`:::${bucket}`, `:::${other}`) },
    }));
}

function bucketOf({ resource }: AccessRequest): string | undefined {
  return /^arn:aws:s3:::([^/]+)/.exec(resource)?.[1];
}

/** What is done with videos, with what is under none of the stack's prefixes. Operators may look at all of a bucket. */
function besideItsPrefixes(call: AccessRequest, prefixes: readonly string[]): Trespass[] {
  if (operators.some((operator) => operatorRole(operator) === roleOf(call))) return [];
  const bucket = `arn:aws:s3:::${bucketOf(call) ?? ""}/`;
  return prefixes
    .filter((prefix) => call.resource.startsWith(`${bucket}${prefix}`))
    .map((prefix) => ({
      what: `${roleOf(call)} beside the videos' prefixes`,
      request: { ...call, resource: call.resource.replace(`${bucket}${prefix}`, `${bucket}invoices/`) },
    }));
}

/** What a service does for this account, for another one with the same names. */
function ofAnotherAccount(call: AccessRequest): Trespass[] {
  const { "aws:SourceArn": source, "aws:SourceAccount": account } = call.context;
  if (source === undefined) return [];
  return [
    changed(call, "for another account", {
      "aws:SourceArn": source.replace(`:${localAccount}:`, `:${otherAccount}:`),
      ...(account !== undefined && { "aws:SourceAccount": otherAccount }),
    }),
  ];
}

/**
 * What ECS does for tasks of this account's other regions. Of a role whose trust policy asks for no ARN it is not tried:
 * AWS documents one for the role of a task, and none for the role by which ECS itself pulls its image.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
function inAnotherRegion(call: AccessRequest, policies: OwnedPolicy[]): Trespass[] {
  const trust = policies.find(({ kind, arn }) => kind === "trust" && arn === call.resource);
  const asksForArn = trust?.policy.Statement.some(({ Condition = {} }) =>
    Object.values(Condition).some((keys) => "aws:SourceArn" in keys),
  );
  if (call.principal !== "ecs-tasks.amazonaws.com" || asksForArn !== true) return [];
  const [arn, partition, service] = (call.context["aws:SourceArn"] ?? "").split(":");
  const source = [arn, partition, service, otherRegion, localAccount, "not-told"].join(":");
  return [changed(call, "in another region", { "aws:SourceArn": source })];
}

function unsigned({ action, resource, principal }: AccessRequest): Trespass[] {
  if (!principal.startsWith("arn:") || resource === "*" || action === "iam:PassRole") return [];
  return [{ what: "who signs nothing", request: anonymous(action, resource) }];
}

/** A service that a policy lets in, when it works for another account's bucket, topic or alarm. */
function asDeputy({ kind, arn, owner, policy }: OwnedPolicy): Trespass[] {
  const statements = policy.Statement.filter(({ Effect }) => Effect === "Allow");
  return statements.flatMap(({ Principal, Action }) => {
    const services = typeof Principal === "object" ? [Principal["Service"] ?? []].flat() : [];
    // EventBridge does not tell KMS for whom it sends to a queue. https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    const telling = services.filter((one) => kind !== "resource" || !isKeyOfEvents(arn, one));
    return telling.flatMap((service) => {
      const sourceArn = `arn:aws:${service.split(".")[0] ?? ""}:${otherRegion}:${otherAccount}:anything`;
      const context = {
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": service,
        "aws:SecureTransport": "true",
        "aws:SourceAccount": otherAccount,
        "aws:SourceArn": sourceArn,
      };
      // Patterns are no calls.
      const named = [Action].flat().filter((one) => !one.includes("*"));
      const actions = kind === "trust" ? ["sts:AssumeRole"] : named;
      return actions.map((action) => ({
        what: `${service} for another account, to ${owner}`,
        request: { principal: service, action, resource: arn, context },
      }));
    });
  });
}

function isKeyOfEvents(arn: string, service: string): boolean {
  return arn.startsWith("arn:aws:kms:") && service === "events.amazonaws.com";
}

/** What some role does, tried by each role that never does it. */
function byAnotherRole(calls: AccessRequest[]): Trespass[] {
  const ofRoles = calls.filter(({ principal }) => principal.startsWith("arn:"));
  const sorts = new Map(ofRoles.map((call) => [sortOf(call), call]));
  const roles = new Set(ofRoles.map(roleOf).filter((role) => role !== administrator.arn));
  return [...roles].flatMap((role) => {
    const own = ofRoles.filter((call) => roleOf(call) === role);
    const done = new Set(own.map(sortOf));
    const { principal = "", context } = own.find((call) => "aws:SourceVpc" in call.context) ?? own[0] ?? {};
    const vpc = context?.["aws:SourceVpc"];
    return [...sorts]
      .filter(([sort]) => !done.has(sort))
      .map(([, call]) => ({
        what: `${role}, which never does it,`,
        request: withContext(
          { ...call, principal },
          {
            "aws:PrincipalArn": role,
            ...(vpc !== undefined && call.action.startsWith("s3:") && { "aws:SourceVpc": vpc }),
          },
        ),
      }));
  });
}

/** The action and the resource, whichever object or task it is; of an object, whether it is a thumbnail. */
function sortOf({ action, resource, context }: AccessRequest): string {
  const sort = resource
    .replace(/^(arn:aws:s3:::[^/]+\/thumb\/).*/, "$1*")
    .replace(/^(arn:aws:s3:::[^/]+\/)(?!thumb\/).*/, "$1*")
    .replace(/(:task\/[^/]+\/).*/, "$1*");
  return `${action} ${sort} ${context["kms:ViaService"] ?? ""}`;
}

function changed(call: AccessRequest, how: string, context: Record<string, string>): Trespass {
  return { what: `${roleOf(call)} ${how}`, request: withContext(call, context) };
}

function withContext(call: AccessRequest, context: Record<string, string>): AccessRequest {
  return { ...call, context: { ...call.context, ...context } };
}

/** The names that AWS knows the resources by, each with its random end; another stack's come in the same order. */
function namesOf(resources: Resource[]): string[] {
  return [...resources]
    .sort((a, b) => `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`))
    .map(({ state, id }) => (typeof state["name"] === "string" ? state["name"] : id))
    .filter((name) => /-[0-9a-f]{7}$/.test(name));
}
