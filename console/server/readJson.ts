import type { Context as Call } from "hono";
import { refused } from "./refusal";

/** The fields of a request's body. Throws RefusedError of what is no JSON object. */
export async function readJson(call: Call): Promise<Record<string, unknown>> {
  const body: unknown = await call.req.json().catch(() => undefined);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw refused("The request is no JSON object.");
  return body as Record<string, unknown>;
}

/** The texts in an object's `keys`; undefined where they are none. */
export function keysIn(object: unknown): string[] | undefined {
  const keys = typeof object === "object" && object !== null && "keys" in object ? object.keys : undefined;
  return Array.isArray(keys) && keys.every((key) => typeof key === "string") ? keys : undefined;
}

/** A field that is a text. Throws RefusedError that names it. */
export function textIn(body: Record<string, unknown>, field: string): string {
  const value = body[field];
  if (typeof value !== "string" || value === "") throw refused(`The request has no ${field}.`);
  return value;
}

/** A field that is a whole number within limits. Throws RefusedError that names it. */
export function numberIn(body: Record<string, unknown>, field: string, least: number, most: number): number {
  const value = body[field];
  if (!Number.isSafeInteger(value) || Number(value) < least || Number(value) > most)
    throw refused(`The request's ${field} is no whole number from ${least} to ${most}.`);
  return Number(value);
}
