import { mutantsOf, type Mutant } from "./mutants";
import { concerns, judged, type OwnedPolicy } from "./policies";
import { roleOf } from "./record";
import type { Trespass } from "./trespasses";

/** A call, and whether IAM must allow it. */
export interface Case extends Trespass {
  isAllowed: boolean;
}

/** What came of taking each part out of each policy. */
export interface MutationResult {
  caught: Mutant[];
  missed: Mutant[];
  /** Neither caught nor missed: known to change nothing. */
  saidTwice: Mutant[];
}

/** The cases that are judged otherwise than they must be, each in a sentence. */
export async function wrongVerdicts(cases: Case[], policies: OwnedPolicy[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const one of cases) {
    const denial = await judged(one.request, policies);
    if ((denial === undefined) !== one.isAllowed) wrong.push(sentence(one));
  }
  return wrong;
}

/** Takes each part out of each policy; it is caught when a case that the policy has a say in is judged otherwise. */
export async function tryMutants(cases: Case[], policies: OwnedPolicy[]): Promise<MutationResult> {
  const result: MutationResult = { caught: [], missed: [], saidTwice: [] };
  const wrong = new Set(await wrongVerdicts(cases, policies));
  const right = cases.filter((one) => !wrong.has(sentence(one)));
  for (const original of policies) {
    const concerned = right.filter(({ request }) => concerns(original, request));
    const others = policies.filter((policy) => policy !== original);
    for (const mutant of mutantsOf(original)) {
      const isCaught = await changesVerdict(concerned, [...others, mutant.policy]);
      const kind = isCaught ? "caught" : mutant.saidTwice === undefined ? "missed" : "saidTwice";
      result[kind].push(mutant);
    }
  }
  return result;
}

async function changesVerdict(cases: Case[], policies: OwnedPolicy[]): Promise<boolean> {
  for (const { request, isAllowed } of cases) {
    if (((await judged(request, policies)) === undefined) !== isAllowed) return true;
  }
  return false;
}

function sentence({ request, what, isAllowed }: Case): string {
  const { action, resource } = request;
  const call = `${action} on ${resource}`;
  return isAllowed
    ? `${roleOf(request)} may not do ${call}, which it does: give it the right, on this resource alone.`
    : `${what} may do ${call}: narrow the statement that allows it, by its resource or a condition.`;
}
