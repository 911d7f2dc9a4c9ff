import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Context } from "./context";
import { Outbox } from "./outbox";

/** Proxies and browsers give a silent connection up; a comment now and then says that it lives. */
const silenceMs = 15_000;

/** `GET /api/stream`: server-sent events, until the page is closed or the console stops. */
export function streamRoutes({ live, stopping }: Context): Hono {
  const app = new Hono();
  app.get("/api/stream", (call) =>
    streamSSE(call, async (stream) => {
      let end: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      stream.onAbort(end);
      stopping.addEventListener("abort", end);
      const outbox = new Outbox(
        ({ name, data }) => stream.writeSSE({ event: name, data: JSON.stringify(data) }),
        () => {
          stream.abort();
        },
      );
      const stop = live.listen((message) => {
        outbox.add(message);
      });
      const heart = setInterval(() => void stream.write(":\n\n"), silenceMs);
      await ended;
      clearInterval(heart);
      stop();
      stopping.removeEventListener("abort", end);
    }),
  );
  return app;
}
