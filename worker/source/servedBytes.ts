import type { ByteRange } from "./rangedSource";

/** What the loopback server serves: which bytes a range of it has. */
export interface ServedBytes {
  readonly totalBytes: number;
  /**
   * The range's bytes in pieces, as far as they are at hand without a gap; at least its first one. `signal` tells that
   * nobody waits for it any more.
   */
  read(range: ByteRange, signal: AbortSignal): Promise<readonly Buffer[]>;
}
