import assert from "node:assert/strict";
import { Allowance } from "../../../worker/child/allowance";
import { TaskMemory } from "../../../worker/child/taskMemory";
import { UnusableVideoError } from "../../../worker/errors";
import { frameOf } from "../../../testkit/frameOf";
import { longRecording } from "./costlyMkv";
import { costlyVideos, smallJpeg } from "./costlyVideos";

/** What is left to a video's child processes by a worker of 100 MiB in the smallest task; little time, to be short. */
const allowance = () => new Allowance(new TaskMemory(512, () => 100 * 2 ** 20), 0.5);

/** `npm run test:hostile` gives them to a worker in the memory of the smallest task, and all the time that they have. */
describe("worker: a video made to cost time or memory", () => {
  let jpeg: Buffer;
  before(async function () {
    if (process.platform !== "linux") this.skip();
    jpeg = await smallJpeg();
  });

  for (const { name, at, make, ends } of costlyVideos) {
    // The long ones are honest.
    if (ends === "thumbnail") continue;
    it(`fails with its reason at the first try: ${name}`, async () => {
      await assert.rejects(frameOf(make(jpeg), { at, allowance: allowance() }), (error: unknown) => {
        assert.ok(error instanceof UnusableVideoError, String(error));
        assert.match(error.reason, ends);
        assert.equal(error.fromTry, 1);
        return true;
      });
    });
  }

  it("gives its thumbnail when it is merely long and tells no duration", async () => {
    const { width, height, timestampSeconds } = await frameOf(longRecording(100_000), { at: "50%" });
    assert.deepEqual({ width, height, timestampSeconds }, { width: 1, height: 1, timestampSeconds: 250 });
  });
});
