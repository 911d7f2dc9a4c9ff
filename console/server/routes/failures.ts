import { Hono } from "hono";
import type { Context } from "../context";

export function failuresRoutes(_context: Context): Hono {
  return new Hono();
}
