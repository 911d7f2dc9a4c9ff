import { setTimeout } from "node:timers/promises";

/** A decoder that has all it needs lets go of a frame more often than this, but on a machine that is very busy. */
const quietMs = 150;

/**
 * Tells what ffmpeg needs from what it reads in advance: on the way to a frame, as long as others come out of its
 * decoder, it can do without more. ffmpeg 7 reads on by some 16 frames while it decodes, and does not end before it is
 * answered.
 */
export class DecodingPace {
  private frames = 0;
  private isThere = false;
  private arrive: () => void = () => undefined;

  /** Tells that decoding towards another frame begins. */
  begin(): void {
    this.isThere = false;
  }

  /** Tells that a frame was decoded, and which part of the way is behind it, from 0 to 1. */
  decoded(part: number): void {
    this.frames++;
    this.isThere = part === 1;
    if (this.isThere) this.arrive();
  }

  /**
   * Waits until the way is done, or no frame has come for a while; tells whether it is done. Throws when `signal` is
   * aborted.
   */
  async untilWanted(signal: AbortSignal): Promise<boolean> {
    let before: number;
    do {
      before = this.frames;
      const arrival = new Promise<void>((resolve) => (this.arrive = resolve));
      if (!this.isThere) await Promise.race([arrival, setTimeout(quietMs, undefined, { signal })]);
    } while (!this.isThere && this.frames !== before);
    return this.isThere;
  }
}
