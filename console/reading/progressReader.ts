import type { Context } from "../server/context";

export function readProgress(_context: Context): void {
  // Made by what comes next.
}
