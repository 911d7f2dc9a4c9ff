import assert from "node:assert/strict";
import { Fuzzer, makeCase } from "./campaign";
import type { Container } from "./containers";
import { containers, makeVideos } from "./containers";

/** `npm run fuzz` does thousands; these few tell at once when one of the ways to fail is broken. */
const casesPerContainer = 1;
const seed = 3;
const jobLimitSeconds = 60;

describe("worker: harmed videos", () => {
  let videos: ReadonlyMap<Container, Buffer>;
  let fuzzer: Fuzzer;
  before(async () => {
    videos = await makeVideos();
    fuzzer = await Fuzzer.start(jobLimitSeconds);
  });
  after(() => fuzzer.stop());

  containers.forEach((container, index) => {
    it(`of ${container} give all outputs, or fail with a reason`, async () => {
      const numbers = Array.from({ length: casesPerContainer }, (_, i) => index + i * containers.length);
      const results = numbers.map(async (number) => {
        const { anomaly, outcome } = await fuzzer.run(makeCase(seed, number, videos));
        return anomaly ?? (outcome === "retried" ? `case ${number} of seed ${seed} took too long` : []);
      });
      assert.deepEqual((await Promise.all(results)).flat(), []);
    });
  });

  it("are the same again for the same seed", () => {
    for (const number of [0, 77]) {
      const [one, other] = [makeCase(seed, number, videos), makeCase(seed, number, videos)];
      assert.deepEqual(one, other);
      assert.notDeepEqual(one, makeCase(seed + 1, number, videos));
    }
  });
});
