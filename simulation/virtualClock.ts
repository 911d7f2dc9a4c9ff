import type { Clock } from "../local/clock";

interface Timer {
  atMs: number;
  order: number;
  action: () => void;
  isCancelled: boolean;
}

/** A clock that jumps from one timer to the next: hours pass in seconds. Its timers are a binary heap. */
export class VirtualClock implements Clock {
  private ms: number;
  private order = 0;
  private readonly heap: Timer[] = [];

  constructor(startMs: number) {
    this.ms = startMs;
  }

  now = () => this.ms;

  after(ms: number, action: () => void): () => void {
    const timer = { atMs: this.ms + ms, order: this.order++, action, isCancelled: false };
    this.push(timer);
    return () => {
      timer.isCancelled = true;
    };
  }

  /** Goes on to the next timer; false when there is none before `endMs`. */
  step(endMs: number): boolean {
    for (;;) {
      const next = this.heap[0];
      if (next === undefined || next.atMs > endMs) return false;
      this.pop();
      if (next.isCancelled) continue;
      this.ms = next.atMs;
      next.action();
      return true;
    }
  }

  private push(timer: Timer): void {
    let index = this.heap.push(timer) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.heap[parentIndex];
      if (parent === undefined || !isBefore(timer, parent)) break;
      this.heap[index] = parent;
      index = parentIndex;
    }
    this.heap[index] = timer;
  }

  private pop(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (isBefore(this.heap[childIndex + 1], this.heap[childIndex])) childIndex += 1;
      const child = this.heap[childIndex];
      if (child === undefined || !isBefore(child, last)) break;
      this.heap[index] = child;
      index = childIndex;
    }
    this.heap[index] = last;
  }
}

function isBefore(a: Timer | undefined, b: Timer | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
