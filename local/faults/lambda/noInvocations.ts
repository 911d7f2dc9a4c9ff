import type { Faults } from "../faults";
import type { Injector } from "../injector";

/** While `isOut` of a function, Lambda takes no event of EventBridge's for it. */
export function noInvocations(injector: Injector, isOut: (functionArn: string) => boolean): Faults {
  return {
    refusal: (functionArn) => {
      if (!isOut(functionArn)) return undefined;
      injector.count("Lambda takes no event");
      return "Rate Exceeded.";
    },
  };
}
