import type { Problem, Refusal } from "../../../messages";

/** What the server says to a request that it does not do. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

const away: Problem = {
  kind: "unreachable",
  message: "The console does not answer.",
  whatToDo: "See the terminal that it was started in; this page goes on by itself when it is there again.",
};

/** What an address of the server's tells. Throws ProblemError. */
export function get<T>(address: string, query: Record<string, string> = {}): Promise<T> {
  const search = new URLSearchParams(query).toString();
  return ask<T>(search === "" ? address : `${address}?${search}`, { method: "GET" });
}

/** Has the server do something. Throws ProblemError. */
export function post<T>(address: string, body: object, signal?: AbortSignal): Promise<T> {
  return ask<T>(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

async function ask<T>(address: string, request: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address, request);
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    throw new ProblemError(away);
  }
  if (response.ok) return (await response.json()) as T;
  if (response.headers.get("content-type")?.startsWith("application/json") === true)
    throw new ProblemError(((await response.json()) as Refusal).problem);
  const message = (await response.text()).trim() || `The console answers ${response.status}.`;
  throw new ProblemError({ kind: "other", message, whatToDo: "Reload the page." });
}

/** What went wrong, for a person. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { kind: "other", message: String(error), whatToDo: "Reload the page." };
}
