import { setTimeout } from "node:timers/promises";

/** What a pace goes by; a test has one of its own. */
export interface PaceClock {
  now(): number;
  /** Waits; ends early when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const systemPaceClock: PaceClock = {
  now: () => Date.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
};

/** Holds work to a rate, over its whole length. */
export class Pace {
  private readonly startedAtMs: number;

  constructor(
    private readonly perSecond: number,
    private readonly signal: AbortSignal,
    private readonly clock: PaceClock = systemPaceClock,
  ) {
    this.startedAtMs = clock.now();
  }

  /** Waits until the next piece after `done` ones may be done. */
  async wait(done: number): Promise<void> {
    const dueMs = this.startedAtMs + (done / this.perSecond) * 1000;
    const waitMs = dueMs - this.clock.now();
    if (waitMs > 0) await this.clock.sleep(waitMs, this.signal);
  }
}
