import assert from "node:assert/strict";
import type { Message } from "../../console/server/live";
import { Outbox } from "../../console/server/outbox";

describe("the console: what a page is told that takes nothing for a while", () => {
  const progress = (key: string): Message => ({
    name: "progress",
    data: [{ key, phase: "queued", at: {}, before: null, reason: null }],
  });
  const changed = (key: string): Message => ({
    name: "videos-changed",
    data: { changed: [], removed: [key] },
  });

  it("is the last of what replaces what was before, and all changes, in order", async () => {
    const sent: Message[] = [];
    let wake: () => void = () => undefined;
    const outbox = new Outbox(
      (message) => {
        sent.push(message);
        return new Promise<void>((resolve) => (wake = resolve));
      },
      () => assert.fail("given up"),
    );
    for (let count = 0; count < 1000; count += 1) outbox.add(progress(`${count}`));
    outbox.add(changed("a.mp4"));
    outbox.add(changed("b.mp4"));
    for (let count = 0; count < 4; count += 1) {
      wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(sent, [progress("0"), progress("999"), changed("a.mp4"), changed("b.mp4")]);
  });

  it("is given up where too much waits, so that the page comes again and is told all", () => {
    let givenUp = 0;
    const outbox = new Outbox(
      () => new Promise(() => undefined),
      () => (givenUp += 1),
    );
    for (let count = 0; count < 250; count += 1) outbox.add(changed(`${count}`));
    assert.equal(givenUp, 1);
  });
});
