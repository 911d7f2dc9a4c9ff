import type { VirtualClock } from "./virtualClock";

/** A queue of jobs, each known by the time at which it was sent: SQS as far as the handlers and workers see it. */
export class JobQueue {
  /** The longest that a job has waited for a worker, in milliseconds. */
  oldestWaitMs = 0;
  private sentAtMs: number[] = [];
  private first = 0;
  private readonly waiters: ((found: boolean) => void)[] = [];

  constructor(private readonly clock: VirtualClock) {}

  get length(): number {
    return this.sentAtMs.length - this.first;
  }

  send(): void {
    this.sentAtMs.push(this.clock.now());
    this.waiters.shift()?.(true);
  }

  /** Calls `then` once: with true when a job was taken, with false when none came within `waitMs`. */
  take(waitMs: number, then: (found: boolean) => void): void {
    if (this.takeNow()) {
      then(true);
      return;
    }
    let cancel: () => void = () => undefined;
    const waiter = () => {
      cancel();
      then(this.takeNow());
    };
    cancel = this.clock.after(waitMs, () => {
      this.waiters.splice(this.waiters.indexOf(waiter), 1);
      then(false);
    });
    this.waiters.push(waiter);
  }

  private takeNow(): boolean {
    const sentAtMs = this.sentAtMs[this.first];
    if (sentAtMs === undefined) return false;
    this.first += 1;
    if (this.first > 10_000 && this.first * 2 > this.sentAtMs.length) {
      this.sentAtMs = this.sentAtMs.slice(this.first);
      this.first = 0;
    }
    this.oldestWaitMs = Math.max(this.oldestWaitMs, this.clock.now() - sentAtMs);
    return true;
  }
}
