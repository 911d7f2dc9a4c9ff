import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { compress } from "hono/compress";
import { problemOf } from "../reading/problems";
import { guard, type Access } from "./access";
import type { Context } from "./context";
import { contentSecurity } from "./contentSecurity";
import { pageFiles } from "./pageFiles";
import { answerRefusal, RefusedError } from "./refusal";
import { failuresRoutes } from "./routes/failures";
import { mediaRoutes } from "./routes/media";
import { uploadsRoutes } from "./routes/uploads";
import { videosRoutes } from "./routes/videos";
import { streamRoutes } from "./stream";

/** The keys of a folder's files fit in, and the parts of the largest upload. */
const maxBodyBytes = 4 * 1024 ** 2;

/** The console's addresses. */
export function createApp(context: Context, access: Access, pageDirectory: string): Hono {
  const app = new Hono();
  app.use(contentSecurity(context));
  app.use(guard(access));
  app.use(bodyLimit({ maxSize: maxBodyBytes, onError: (call) => call.text("That is too much.\n", 413) }));
  app.use(compress());
  app.onError((error, call) => {
    if (error instanceof RefusedError) return answerRefusal(call, error);
    const problem = problemOf(error, context.stack);
    return answerRefusal(call, new RefusedError(problem, problem.kind === "right" ? 403 : 502));
  });
  app.get("/api/stack", (call) => call.json(context.info));
  app.get("/api/settings", async (call) => call.json(await context.readSettings()));
  for (const routes of [streamRoutes, videosRoutes, mediaRoutes, uploadsRoutes, failuresRoutes])
    app.route("/", routes(context));
  app.route("/", pageFiles(pageDirectory));
  return app;
}
