import { signal } from "@preact/signals";
import { isConnected } from "../../server/stream";

const firstMs = 1000;
const mostMs = 30_000;

/** Nothing is sent for now, since the connection was cut. */
export const isHeld = signal(false);

let nextMs = firstMs;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Holds what is sent until the network is there again, or for a while that grows from one time to the next. */
export function hold(): void {
  isHeld.value = true;
  if (timer !== undefined || !navigator.onLine) return;
  timer = setTimeout(release, nextMs);
  nextMs = Math.min(2 * nextMs, mostMs);
}

/** Something came through: the next cut is a new one. */
export function worked(): void {
  nextMs = firstMs;
}

function release(): void {
  clearTimeout(timer);
  timer = undefined;
  isHeld.value = false;
}

addEventListener("offline", hold);
addEventListener("online", release);
isConnected.subscribe((isThere) => {
  if (isThere && isHeld.peek() && navigator.onLine) release();
});
