import type { Faults } from "../faults";
import type { Injector } from "../injector";

/** While `isOut`, Lambda takes no event of EventBridge's. */
export function noInvocations(injector: Injector, isOut: () => boolean): Faults {
  return {
    refusal: () => {
      if (!isOut()) return undefined;
      injector.count("Lambda takes no event");
      return "Rate Exceeded.";
    },
  };
}
