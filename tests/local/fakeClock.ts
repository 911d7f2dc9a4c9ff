import type { Clock } from "../../local/clock";

/** A clock that stands still until the test moves it. */
export class FakeClock implements Clock {
  private ms = 1_000_000;
  private timers: { atMs: number; action: () => void }[] = [];

  now = () => this.ms;

  after(ms: number, action: () => void) {
    const timer = { atMs: this.ms + ms, action };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Moves on to `ms` milliseconds from now, through every timer on the way. */
  advance(ms: number): void {
    const endMs = this.ms + ms;
    for (;;) {
      const [next] = this.timers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.ms = next.atMs;
      this.timers = this.timers.filter((other) => other !== next);
      next.action();
    }
    this.ms = endMs;
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.timers.length;
  }
}
