import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Context as Call, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { html } from "hono/html";

/** Who may use a console: whoever has its address, from its own page alone. */
export interface Access {
  /** Where the console listens. */
  readonly host: () => string;
  /** In the address that is opened. */
  readonly token: string;
}

/** A token that nobody can guess. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Lets in who comes with the token, which becomes a cookie, and whoever has that cookie, from the console's own page: a
 * cookie is sent to all ports of a machine and from pages of all of them, SameSite or not.
 */
export function guard({ host, token }: Access): MiddlewareHandler {
  // It is not the token, which stands in an address; each console's has its own name.
  const secret = newToken();
  const cookie = () => `console-${host().split(":").at(-1) ?? ""}`;
  return async (call, next) => {
    const hasToken = call.req.path === "/" && isSame(call.req.query("token") ?? "", token);
    if (!isToOwnHost(call, host()) || !isFromOwnPage(call, host(), hasToken))
      return call.text("Refused: this is not the console's own page.\n", 403);
    if (hasToken) {
      setCookie(call, cookie(), secret, { httpOnly: true, sameSite: "Strict", path: "/" });
      // A redirect would come without the cookie where another site's page led here.
      return call.html(
        html`<!doctype html>
          <title>Console</title>
          <link rel="icon" href="data:," />
          <meta http-equiv="refresh" content="0;url=/" />`,
      );
    }
    if (!isSame(getCookie(call, cookie()) ?? "", secret))
      return call.text("Open the address that `npm run console` printed: it holds what lets you in.\n", 401);
    if (!reading.has(call.req.method) && !isJson(call)) return call.text("Only JSON is taken.\n", 415);
    return next();
  };
}

const reading = new Set(["GET", "HEAD"]);

/** By a name that leads to this machine, any site's page would have an origin that leads here (DNS rebinding). */
function isToOwnHost({ req }: Call, host: string): boolean {
  // The request's target may name a host, too, and then the header counts for nothing.
  return req.header("host") === host && new URL(req.url).host === host;
}

/**
 * Of browsers' requests, those of the console's own page, and what is typed; with the token, also where another page led
 * here, such as the file that is opened. What is no browser may come without these headers, and changes nothing so.
 * https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
function isFromOwnPage({ req }: Call, host: string, hasToken: boolean): boolean {
  const origin = req.header("origin");
  const site = req.header("sec-fetch-site") ?? "none";
  if (origin === undefined ? !reading.has(req.method) : origin !== `http://${host}`) return false;
  if (site === "same-origin" || site === "none") return true;
  return (
    hasToken && req.header("sec-fetch-mode") === "navigate" && req.header("sec-fetch-dest") === "document"
  );
}

/** A form of another site's can not have this type without being asked for leave first. */
function isJson({ req }: Call): boolean {
  return req.header("content-type")?.split(";")[0]?.trim().toLowerCase() === "application/json";
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
