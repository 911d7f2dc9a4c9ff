import type { Clock } from "../clock";

interface Timer {
  atMs: number;
  action: () => void;
}

/**
 * A clock that runs `factor` times as fast as the machine's, except while something runs that takes its real time, and
 * that can be moved on.
 */
export class FastClock implements Clock {
  private rate: number;
  /** The time, and the machine's, at which the rate was last set. */
  private fromMs = Date.now();
  private machineFromMs = performance.now();
  private slowed = 0;
  private timers: Timer[] = [];
  private alarm: NodeJS.Timeout | undefined;

  constructor(readonly factor: number) {
    this.rate = factor;
  }

  now = () => this.fromMs + (performance.now() - this.machineFromMs) * this.rate;

  after(ms: number, action: () => void): () => void {
    const timer = { atMs: this.now() + ms, action };
    this.timers = [...this.timers, timer].sort((a, b) => a.atMs - b.atMs);
    this.arm();
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Runs as slowly as the machine's clock until `work` is done. */
  async slowDuring<T>(work: () => Promise<T>): Promise<T> {
    this.slowed += 1;
    this.goOn(this.now());
    try {
      return await work();
    } finally {
      this.slowed -= 1;
      this.goOn(this.now());
    }
  }

  /** Moves on by `ms` milliseconds at once, through every timer on the way. */
  skip(ms: number): void {
    const endMs = this.now() + ms;
    for (let next = this.timers[0]; next !== undefined && next.atMs <= endMs; next = this.timers[0]) {
      this.goOn(Math.max(next.atMs, this.now()));
      this.fire(next);
    }
    this.goOn(Math.max(endMs, this.now()));
  }

  private goOn(fromMs: number): void {
    this.fromMs = fromMs;
    this.machineFromMs = performance.now();
    this.rate = this.slowed > 0 ? 1 : this.factor;
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
    const waitMs = Math.max(0, (next.atMs - this.now()) / this.rate);
    this.alarm = setTimeout(() => {
      if (next.atMs <= this.now() && this.timers.includes(next)) this.fire(next);
      this.arm();
    }, waitMs).unref();
  }
}
