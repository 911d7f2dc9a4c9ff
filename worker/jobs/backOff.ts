import { setTimeout as sleep } from "node:timers/promises";

/** The longest wait, in times of the first one. */
const longest = 32;

/**
 * Waits longer each time: about `firstSeconds`, then twice as long, up to 32 times as long. Each wait is between half
 * and one and a half of that, so that workers which were all stopped by the same trouble do not come back all at once.
 * https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export class BackOff {
  private waits = 0;

  constructor(
    private readonly firstSeconds: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** How often it has waited since the trouble began. */
  get count(): number {
    return this.waits;
  }

  /** How long to wait now. */
  nextSeconds(): number {
    const seconds = this.firstSeconds * Math.min(longest, 2 ** this.waits) * (0.5 + this.random());
    this.waits += 1;
    return seconds;
  }

  /** The trouble is over. */
  reset(): void {
    this.waits = 0;
  }
}

/** Waits; false when `signal` has ended the wait. */
export async function wait(seconds: number, signal: AbortSignal): Promise<boolean> {
  return sleep(seconds * 1000, true, { signal }).catch(() => false);
}
