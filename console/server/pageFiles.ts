import { readFile } from "node:fs/promises";
import path from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import type { SecureHeadersVariables } from "hono/secure-headers";

/** What the built page has wherever a nonce belongs; vite.config.ts says so. */
const noncePlaceholder = "{{nonce}}";

/** The built page. Its files but index.html have names that change with what is in them. */
export function pageFiles(directory: string): Hono<{ Variables: SecureHeadersVariables }> {
  const app = new Hono<{ Variables: SecureHeadersVariables }>();
  app.get("/", async (call) => {
    const page = await readFile(path.join(directory, "index.html"), "utf8");
    call.header("Cache-Control", "no-store");
    return call.html(page.replaceAll(noncePlaceholder, call.get("secureHeadersNonce") ?? ""));
  });
  app.get(
    "/assets/*",
    serveStatic({
      root: directory,
      onFound: (_, call) => {
        call.header("Cache-Control", "private, max-age=31536000, immutable");
      },
    }),
  );
  return app;
}
