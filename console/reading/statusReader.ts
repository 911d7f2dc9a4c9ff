import type { Context } from "../server/context";

export function readStatus(_context: Context): void {
  // Made by what comes next.
}
