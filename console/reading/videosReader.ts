import type { Context } from "../server/context";

export function readVideos(_context: Context): void {
  // Made by what comes next.
}
