import type { Context as Call } from "hono";
import type { Problem, Refusal } from "../messages";

/** What is wrong with what a page asked for. */
export class RefusedError extends Error {
  constructor(
    readonly problem: Problem,
    readonly status: 400 | 403 | 404 | 502 = 400,
  ) {
    super(problem.message);
  }
}

/** A request that makes no sense, in one sentence. */
export function refused(message: string, whatToDo = "Reload the page."): RefusedError {
  return new RefusedError({ kind: "refused", message, whatToDo });
}

export function answerRefusal(call: Call, { problem, status }: RefusedError): Response {
  const refusal: Refusal = { problem };
  return call.json(refusal, status);
}
