import { Hono } from "hono";
import { redriveFailures, type Selection } from "../../../ops/queues/redriving";
import type { RedriveResult } from "../../messages";
import type { Context } from "../context";
import { keysIn, readJson } from "../readJson";
import { unlessReadOnly } from "../readOnly";
import { refused } from "../refusal";

/** `POST /api/redrive`: sends failures back to the jobs queue, one such request after the other. */
export function failuresRoutes(context: Context): Hono {
  const { stack, live, stopping, atFailures } = context;
  const app = new Hono();
  app.post("/api/redrive", unlessReadOnly(context), async (call) => {
    const { selection: asked } = await readJson(call);
    const selection = selectionOf(asked);
    const failures = live.last("failures");
    const known = failures !== undefined && "value" in failures ? failures.value.jobs : [];
    const redriven = await atFailures(() =>
      redriveFailures(stack, selection, stopping, () => Promise.resolve(true)),
    ).finally(() => {
      context.failuresChanged();
    });
    const result: RedriveResult = redriven ?? { sent: 0, missing: [], problems: [], needless: [] };
    const keys = typeof selection === "string" ? known.flatMap(({ key }) => key ?? []) : selection.keys;
    if (selection !== "events" && result.sent > 0)
      context.follow(keys.filter((key) => !result.missing.includes(key)));
    return call.json(result);
  });
  return app;
}

function selectionOf(asked: unknown): Selection {
  if (asked === "all" || asked === "events") return asked;
  const keys = keysIn(asked);
  if (keys === undefined || keys.length === 0)
    throw refused('What is sent again is {"keys": […]}, "all" or "events".');
  return { keys };
}
