import { Hono } from "hono";
import type { Context } from "../context";

export function mediaRoutes(_context: Context): Hono {
  return new Hono();
}
