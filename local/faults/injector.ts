import type { Clock } from "../clock";
import { Random } from "./random";

/** Decides by its seed which faults happen, and counts those that did. */
export class Injector {
  /** How often each kind of fault has happened. */
  readonly injected = new Map<string, number>();
  private readonly streams = new Map<string, Random>();

  constructor(
    readonly seed: number,
    readonly clock: Clock,
  ) {}

  /** The random numbers of a kind of fault. */
  random(kind: string): Random {
    const stream = this.streams.get(kind) ?? new Random(this.seed, kind);
    this.streams.set(kind, stream);
    return stream;
  }

  /** Whether a fault of this kind happens now; it is counted when it does. */
  strikes(kind: string, probability: number): boolean {
    const strikes = this.random(kind).next() < probability;
    if (strikes) this.count(kind);
    return strikes;
  }

  count(kind: string): void {
    this.injected.set(kind, (this.injected.get(kind) ?? 0) + 1);
  }
}
