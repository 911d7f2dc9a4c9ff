import { Hono } from "hono";
import type { Context } from "../context";

export function videosRoutes(_context: Context): Hono {
  return new Hono();
}
