import type { MiddlewareHandler } from "hono";
import type { Context } from "./context";
import { answerRefusal, RefusedError } from "./refusal";

/** Of an address that changes something: it does not in a console that was opened with --read-only. */
export function unlessReadOnly({ info }: Context): MiddlewareHandler {
  return (call, next) => {
    if (!info.isReadOnly) return next();
    const problem = {
      kind: "refused",
      message: "This console was opened to look only (--read-only), and changes nothing.",
      whatToDo: "Open it without --read-only, with credentials that may do this.",
    } as const;
    return Promise.resolve(answerRefusal(call, new RefusedError(problem, 403)));
  };
}
