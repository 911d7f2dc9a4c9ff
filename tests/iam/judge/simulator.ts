import { createRequire } from "node:module";
import type { AccessRequest } from "../../../local/services/authorizer";

/** A policy document; what a statement holds is for the simulator to understand. */
export interface Policy {
  Version: string;
  Statement: Statement[];
}

export interface Statement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource?: string | string[];
  Principal?: "*" | Record<string, string | string[]>;
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** The policies that a call is judged by. */
export interface ApplicablePolicies {
  /** Of the role that calls; a service of AWS's and a stranger have none. */
  identity: Policy[];
  /** The permissions boundary of the role that calls, if it has one. */
  boundaries: Policy[];
  /** Of the resource: a bucket's, queue's, topic's or function's policy, or a role's trust policy. */
  resource: Policy | undefined;
}

/** As much of @cloud-copilot/iam-simulate as is used here, so that types are checked where it is not installed. */
interface IamSimulate {
  runSimulation: (simulation: object, options: object) => Promise<SimulationResult>;
  anonymousPrincipal: object;
}

interface Analysis {
  resourceAnalysis?: { result: string };
  identityAnalysis?: { result: string };
}

type SimulationResult =
  | { resultType: "error"; errors: object }
  | { resultType: "single"; overallResult: string; result: { analysis: Analysis } }
  | { resultType: "wildcard"; overallResult: string; results: { analysis: Analysis }[] };

/** Who signs nothing. */
export const anyone = "*";

let simulate: IamSimulate | undefined;

/** https://www.npmjs.com/package/@cloud-copilot/iam-simulate. Throws an Error when it is not installed. */
export function requireSimulator(): IamSimulate {
  simulate ??= createRequire(__filename)("@cloud-copilot/iam-simulate") as IamSimulate;
  return simulate;
}

/**
 * Why IAM denies a call to a resource of this account, in AWS's words, or undefined when it is allowed.
 * Throws when IAM would take a policy for malformed, or knows no such call.
 */
export async function verdictOn(
  { principal, action, resource, context }: AccessRequest,
  accountId: string,
  policies: ApplicablePolicies,
): Promise<string | undefined> {
  const { runSimulation, anonymousPrincipal } = requireSimulator();
  const result = await runSimulation(
    {
      request: {
        principal: principal === anyone ? anonymousPrincipal : principal,
        action,
        // In a call these are letters like any other, and no patterns.
        resource: { resource: resource === "*" ? "*" : resource.replace(/[*?]/g, "-"), accountId },
        contextVariables: knowable(context),
      },
      identityPolicies: policies.identity.map((policy, index) => ({ name: String(index), policy })),
      ...(policies.boundaries.length > 0 && {
        permissionBoundaryPolicies: policies.boundaries.map((policy, index) => ({
          name: String(index),
          policy,
        })),
      }),
      resourcePolicy: policies.resource && knowable(policies.resource),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType === "error") {
    throw new Error(`IAM cannot judge ${action} on ${resource}: ${JSON.stringify(result.errors)}`);
  }
  if (result.overallResult === "Allowed") return undefined;
  const results = result.resultType === "single" ? [result.result] : result.results;
  const isByResource = results.some(
    ({ analysis }) => analysis.resourceAnalysis?.result === "ExplicitlyDenied",
  );
  const hasIdentity = principal.startsWith("arn:");
  const isAllowedByIdentity = results.every(
    ({ analysis }) => analysis.identityAnalysis?.result === "Allowed",
  );
  if (result.overallResult === "ExplicitlyDenied")
    return `with an explicit deny in ${isByResource ? "a resource-based" : "an identity-based"} policy`;
  const isBounded =
    policies.boundaries.length > 0 &&
    (await verdictOn({ principal, action, resource, context }, accountId, {
      ...policies,
      boundaries: [],
    })) === undefined;
  if (isBounded) return `because no permissions boundary allows the ${action} action`;
  return `because no ${hasIdentity && !isAllowedByIdentity ? "identity-based" : "resource-based"} policy allows the ${action} action`;
}

/**
 * The same with the ARN of a log group under a key of KMS's that the simulator knows and nothing here uses: it knows no
 * `kms:EncryptionContext:…`, and leaves it out of a call. Encryption contexts of other services are in no policy.
 */
function knowable<T extends object>(document: T): T {
  const text = JSON.stringify(document).replaceAll("kms:EncryptionContext:aws:logs:arn", "kms:RequestAlias");
  return JSON.parse(text) as T;
}
