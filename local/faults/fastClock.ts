import type { Clock } from "../clock";

interface Timer {
  atMs: number;
  action: () => void;
}

/** A clock that runs `factor` times as fast as the machine's, and that can be moved on. */
export class FastClock implements Clock {
  private readonly startMs = Date.now();
  private readonly startedAt = performance.now();
  private skippedMs = 0;
  private timers: Timer[] = [];
  private alarm: NodeJS.Timeout | undefined;

  constructor(readonly factor: number) {}

  now = () => this.startMs + (performance.now() - this.startedAt) * this.factor + this.skippedMs;

  after(ms: number, action: () => void): () => void {
    const timer = { atMs: this.now() + ms, action };
    this.timers = [...this.timers, timer].sort((a, b) => a.atMs - b.atMs);
    this.arm();
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Moves on by `ms` milliseconds at once, through every timer on the way. */
  skip(ms: number): void {
    const endMs = this.now() + ms;
    for (let next = this.timers[0]; next !== undefined && next.atMs <= endMs; next = this.timers[0]) {
      this.skippedMs += Math.max(0, next.atMs - this.now());
      this.fire(next);
    }
    this.skippedMs += Math.max(0, endMs - this.now());
    this.arm();
  }

  private fire(timer: Timer): void {
    this.timers = this.timers.filter((other) => other !== timer);
    timer.action();
  }

  private arm(): void {
    clearTimeout(this.alarm);
    const [next] = this.timers;
    if (next === undefined) return;
    const waitMs = Math.max(0, (next.atMs - this.now()) / this.factor);
    this.alarm = setTimeout(() => {
      if (next.atMs <= this.now() && this.timers.includes(next)) this.fire(next);
      this.arm();
    }, waitMs).unref();
  }
}
