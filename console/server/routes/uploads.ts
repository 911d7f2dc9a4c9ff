import { Hono } from "hono";
import type { Context } from "../context";

export function uploadsRoutes(_context: Context): Hono {
  return new Hono();
}
