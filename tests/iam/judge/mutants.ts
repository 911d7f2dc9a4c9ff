import type { OwnedPolicy } from "./policies";
import type { Statement } from "./simulator";

/** A policy with one thing taken out of it. */
export interface Mutant {
  /** What is taken out of which policy. */
  what: string;
  original: OwnedPolicy;
  policy: OwnedPolicy;
  /** Why it is there although it changes no verdict. */
  saidTwice: string | undefined;
}

/** Each policy without each of its statements, actions, resources and conditions. */
export function mutantsOf(original: OwnedPolicy): Mutant[] {
  const { owner, kind, policy } = original;
  return policy.Statement.flatMap((statement, index) =>
    [{ what: `statement ${index}`, statement: undefined }, ...withoutParts(statement)].map((one) => ({
      what: `${kind} policy of ${owner} without ${one.what} (${[statement.Action].flat().join(", ")})`,
      original,
      saidTwice: reasonToSayTwice(original, statement, one.what),
      policy: {
        ...original,
        policy: {
          ...policy,
          Statement: policy.Statement.flatMap((other, at) => (at === index ? (one.statement ?? []) : other)),
        },
      },
    })),
  );
}

/** Why a part of a statement stands there although others say the same. */
function reasonToSayTwice(
  { kind, arn }: OwnedPolicy,
  statement: Statement,
  what: string,
): string | undefined {
  const { Principal, Condition = {} } = statement;
  if (arn.startsWith("arn:aws:sns:") && typeof Principal === "object" && "AWS" in Principal) {
    return "The statement that a topic has when it is given no policy: people of the account do what IAM lets them.";
  }
  if (kind === "trust" && "ArnLike" in Condition && what.endsWith("aws:SourceAccount")) {
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    return "AWS asks for the account beside a pattern of ARNs, which holds it.";
  }
  return undefined;
}

function withoutParts(statement: Statement): { what: string; statement: Statement }[] {
  const parts = (["Action", "Resource"] as const).flatMap((element) => {
    const values = [statement[element] ?? []].flat();
    // Without its only one, nothing of the statement is left.
    if (values.length < 2) return [];
    return values.map((value) => ({
      what: `${element.toLowerCase()} ${value}`,
      statement: { ...statement, [element]: values.filter((other) => other !== value) },
    }));
  });
  const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, values]) => [
      {
        what: `condition ${operator} ${key}`,
        statement: withoutCondition(statement, operator, key),
      },
      ...withoutValues(statement, operator, key, values),
    ]),
  );
  return [...parts, ...conditions];
}

/** Of several values that a condition lets pass, one less. */
function withoutValues(
  statement: Statement,
  operator: string,
  key: string,
  values: string | string[],
): { what: string; statement: Statement }[] {
  if (typeof values === "string" || values.length < 2) return [];
  return values.map((value) => {
    const keys = { ...statement.Condition?.[operator], [key]: values.filter((other) => other !== value) };
    return {
      what: `condition ${operator} ${key} ${value}`,
      statement: { ...statement, Condition: { ...statement.Condition, [operator]: keys } },
    };
  });
}

function withoutCondition(statement: Statement, operator: string, key: string): Statement {
  const { Condition = {}, ...rest } = statement;
  const kept = Object.entries(Condition)
    .map(
      ([name, keys]) =>
        [name, Object.entries(keys).filter(([other]) => name !== operator || other !== key)] as const,
    )
    .filter(([, keys]) => keys.length > 0)
    .map(([name, keys]) => [name, Object.fromEntries(keys)]);
  return kept.length === 0
    ? rest
    : { ...rest, Condition: Object.fromEntries(kept) as Statement["Condition"] & object };
}
