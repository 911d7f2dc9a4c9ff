import type { Manifest } from "../../contract/manifest";

/** What became of an uploaded video. */
export type Outcome =
  | {
      ok: true;
      /** The thumbnail's key. */
      thumbnail: string;
      /** Of all that was made, where more than a thumbnail is. */
      manifest?: Manifest;
    }
  | {
      ok: false;
      reason: string;
      /** The key of the thumbnail, where there is one all the same. */
      thumbnail?: string;
    };

interface Expectation {
  promise: Promise<Outcome>;
  settle: (outcome: Outcome) => void;
  isPending: boolean;
}

/** What is expected of uploads, by key, and what became of each since its last upload. */
export class Outcomes {
  private readonly byKey = new Map<string, Expectation>();

  /** An upload of this key begins: what became of an earlier one no longer counts. */
  expect(key: string): void {
    if (this.byKey.get(key)?.isPending) return;
    let settle: Expectation["settle"] = () => undefined;
    const promise = new Promise<Outcome>((resolve) => (settle = resolve));
    this.byKey.set(key, { promise, settle, isPending: true });
  }

  /** Settles when all that is made of the key's video is there and told of, or when it is sure that it will not be. */
  async of(key: string): Promise<Outcome> {
    if (!this.byKey.has(key)) this.expect(key);
    return this.byKey.get(key)?.promise ?? { ok: false, reason: "never uploaded" };
  }

  settle(key: string, outcome: Outcome): void {
    const expectation = this.byKey.get(key);
    if (expectation === undefined) return;
    expectation.isPending = false;
    expectation.settle(outcome);
  }

  pendingKeys(): string[] {
    return [...this.byKey].filter(([, { isPending }]) => isPending).map(([key]) => key);
  }
}
