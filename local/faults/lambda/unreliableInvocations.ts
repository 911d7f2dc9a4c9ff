import type { InvocationResult } from "../../services/lambda/lambdaFunction";
import type { Faults } from "../faults";
import type { Injector } from "../injector";

/** How often a run of a Lambda goes wrong; each from 0 to 1. */
export interface InvocationTroubles {
  /** It is ended before it has done anything. */
  failsBefore?: number;
  /** It has done its work, and counts as failed all the same (a time-out at the very end). */
  failsAfter?: number;
  /** Lambda runs it again for the same event. */
  twice?: number;
  /** No event fails more often, so that Lambda's own retries are enough. */
  mostFailures?: number;
}

/** Lambda's runs as its documentation promises them: at least one, and not all of them well. */
export function unreliableInvocations(
  injector: Injector,
  { failsBefore = 0, failsAfter = 0, twice = 0, mostFailures = 2 }: InvocationTroubles,
): Faults {
  const failures = new WeakMap<object, number>();
  const fails = (kind: string, event: object, probability: number) => {
    const soFar = failures.get(event) ?? 0;
    if (soFar >= mostFailures || !injector.strikes(kind, probability)) return false;
    failures.set(event, soFar + 1);
    return true;
  };
  return {
    invoke: (invoke) => async (lambda, event) => {
      if (fails("Lambda fails before its work", event as object, failsBefore)) return failed;
      const answer = await invoke(lambda, event);
      if (injector.strikes("Lambda runs twice", twice)) await invoke(lambda, event);
      return fails("Lambda fails after its work", event as object, failsAfter) ? failed : answer;
    },
  };
}

const failed: InvocationResult = {
  error: { errorType: "Runtime.ExitError", errorMessage: "Runtime exited with error: signal: killed" },
};
