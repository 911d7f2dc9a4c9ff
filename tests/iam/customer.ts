import { readFileSync } from "node:fs";
import path from "node:path";
import { foreignPolicy } from "../../local/existing/foreignDocuments";
import { localAccount } from "../../local/program/resourceOutputs";
import type { AccountPolicies } from "./judge/policies";
import type { Policy, Statement } from "./judge/simulator";

const region = "us-east-1";

/** What an account may ask of a stack: its own key, a boundary on each role, and a path. */
export const accountSettings = {
  kmsKeyArn: `arn:aws:kms:${region}:${localAccount}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  permissionsBoundary: `arn:aws:iam::${localAccount}:policy/teams/media-boundary`,
  rolePath: "/teams/media/",
};

/** A policy that docs/security.md gives as a block to paste, under this heading. */
export function documentedPolicy(heading: string): Policy {
  const page = readFileSync(path.resolve(__dirname, "..", "..", "docs", "security.md"), "utf8");
  const part = page.slice(page.indexOf(`\n## ${heading}\n`) + 1);
  const block = /```json\n([^]*?)```/.exec(part)?.[1] ?? "";
  return JSON.parse(block.replaceAll("REGION", region).replaceAll("ACCOUNT", localAccount)) as Policy;
}

const ofEvents = ({ Principal }: Statement) =>
  typeof Principal === "object" && Principal["Service"] === "events.amazonaws.com";

/** The account's policies as docs/security.md asks for them. EventBridge sends for existing buckets alone. */
export function accountPolicies({ hasExistingBucket = false } = {}): AccountPolicies {
  const key = documentedPolicy("A key of your own");
  const Statement = key.Statement.filter((one) => hasExistingBucket || !ofEvents(one));
  return {
    keys: { [accountSettings.kmsKeyArn]: { ...key, Statement } },
    boundaries: { [accountSettings.permissionsBoundary]: documentedPolicy("A permissions boundary") },
    buckets: {},
  };
}

/** What the teams that made existing buckets say in their policies. */
export function bucketPolicies(...names: string[]): AccountPolicies {
  const buckets = names.map((name) => [`arn:aws:s3:::${name}`, foreignPolicy(name)] as const);
  return { keys: {}, boundaries: {}, buckets: Object.fromEntries(buckets) };
}
