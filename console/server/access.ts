import { randomBytes, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { html } from "hono/html";

/** Who may use a console: whoever has its address, from its own page alone. */
export interface Access {
  /** Where the console listens. */
  readonly host: () => string;
  /** In the address that is opened. */
  readonly token: string;
}

const changing = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** A token that nobody can guess. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Lets in who comes with the token, which becomes a cookie, and whoever has that cookie. A page of another site is refused
 * by its Origin, and a name that leads to this machine (DNS rebinding) by Host.
 */
export function guard({ host, token }: Access): MiddlewareHandler {
  // Cookies are shared by all ports of a machine: another console's has another name. It is not the token, which stands
  // in an address.
  const secret = newToken();
  const cookie = () => `console-${host().split(":").at(-1) ?? ""}`;
  return async (call, next) => {
    const origin = call.req.header("origin");
    const isOwnHost = call.req.header("host") === host();
    const isOwnOrigin = origin === undefined ? !changing.has(call.req.method) : origin === `http://${host()}`;
    if (!isOwnHost || !isOwnOrigin) return call.text("Refused: this is not the console's own page.\n", 403);
    const given = call.req.query("token");
    if (call.req.path === "/" && given !== undefined && isSame(given, token)) {
      setCookie(call, cookie(), secret, { httpOnly: true, sameSite: "Strict", path: "/" });
      // A redirect would come without the cookie where another site's page led here.
      return call.html(
        html`<!doctype html>
          <title>Console</title>
          <link rel="icon" href="data:," />
          <meta http-equiv="refresh" content="0;url=/" />`,
      );
    }
    if (isSame(getCookie(call, cookie()) ?? "", secret)) return next();
    return call.text("Open the address that `npm run console` printed: it holds what lets you in.\n", 401);
  };
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
