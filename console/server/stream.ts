import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Context } from "./context";
import type { Message } from "./live";

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
      // One message after the other, also when they come faster than the connection takes them.
      let written = Promise.resolve();
      const write = ({ name, data }: Message) => {
        written = written
          .then(() => stream.writeSSE({ event: name, data: JSON.stringify(data) }))
          .catch(() => undefined);
      };
      const stop = live.listen(write);
      const heart = setInterval(() => void stream.write(":\n\n"), silenceMs);
      await ended;
      clearInterval(heart);
      stop();
      stopping.removeEventListener("abort", end);
    }),
  );
  return app;
}
