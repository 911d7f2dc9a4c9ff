import { Hono } from "hono";
import { redriveFailures, type Selection } from "../../../ops/queues/redriving";
import type { RedriveResult } from "../../messages";
import type { Context } from "../context";
import { keysIn, readJson } from "../readJson";
import { unlessReadOnly } from "../readOnly";
import { refused } from "../refusal";

/** `POST /api/redrive`: sends failures back to the jobs queue, one such request after the other. */
export function failuresRoutes(context: Context): Hono {
  const { stack, live, stopping } = context;
  const app = new Hono();
  let before: Promise<unknown> = Promise.resolve();
  app.post("/api/redrive", unlessReadOnly(context), async (call) => {
    const { selection: asked } = await readJson(call);
    const selection = selectionOf(asked);
    const failures = live.last("failures");
    const known = failures !== undefined && "value" in failures ? failures.value.jobs : [];
    const redriving = before.then(() =>
      redriveFailures(stack, selection, stopping, () => Promise.resolve(true)),
    );
    before = redriving.catch(() => undefined);
    const result = await redriving.finally(() => {
      context.failuresChanged();
    });
    const keys = typeof selection === "string" ? known.map(({ key }) => key) : selection.keys;
    if (selection !== "events") context.follow(keys.filter((key) => key !== null));
    const told: RedriveResult = result ?? { sent: 0, missing: [], problems: [], needless: [] };
    return call.json(told);
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
