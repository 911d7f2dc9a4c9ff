/**
 * Random numbers that a seed and a name determine: each kind of fault draws from a stream of its own, so that adding
 * one kind leaves the others' draws as they were.
 */
export class Random {
  private state: number;

  constructor(seed: number, name: string) {
    // FNV-1a of the name, from the seed on. http://www.isthe.com/chongo/tech/comp/fnv/
    this.state = Array.from(name).reduce(
      (hash, character) => Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193),
      (0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1)) | 0,
    );
  }

  /** From 0 up to, not including, 1; mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }
}
