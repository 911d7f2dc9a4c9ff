import assert from "node:assert/strict";
import fc from "fast-check";
import { BrokenIndexError } from "../../../worker/sampling/brokenIndex";
import {
  presentationTimes,
  samplePlaces,
  SampleSizes,
  syncSamples,
} from "../../../worker/sampling/mp4/sampleTables";

/** A table as its box holds it: version and flags, and then these numbers. */
function table(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * numbers.length);
  numbers.forEach((number, i) => bytes.writeInt32BE(number | 0, 4 + 4 * i));
  return bytes;
}

describe("worker: an MP4's tables of samples", () => {
  // Seven samples in three chunks of 2, 2 and 3.
  const sizes = new SampleSizes(table(0, 7, 10, 20, 30, 40, 50, 60, 70));
  const stsc = table(2, 1, 2, 1, 3, 3, 1);

  it("tell where samples are, also beyond 4 GiB", () => {
    const at = (positions: Buffer, isLong: boolean) =>
      samplePlaces(stsc, positions, isLong, sizes, [1, 4, 6, 7]).map(({ position, bytes }) => [
        position,
        bytes,
      ]);
    const expected = [
      [1000, 10],
      [2030, 40],
      [3050, 60],
      [3110, 70],
    ];
    assert.deepEqual(at(table(3, 1000, 2000, 3000), false), expected);
    const far = expected.map(([position = 0, bytes]) => [position + 2 ** 32, bytes]);
    assert.deepEqual(at(table(3, 1, 1000, 1, 2000, 1, 3000), true), far);
  });

  it("tell when samples are shown, with offsets of either sign", () => {
    const stts = table(2, 3, 100, 4, 50);
    assert.deepEqual(presentationTimes(stts, undefined, [1, 3, 4, 7]), [0, 200, 300, 450]);
    const ctts = table(2, 2, 10, 5, -20);
    assert.deepEqual(presentationTimes(stts, ctts, [1, 3, 4, 7]), [10, 180, 280, 430]);
  });

  it("tell sync samples, evenly where there are too many of them", () => {
    assert.deepEqual(syncSamples(table(3, 1, 4, 7), 7, 10), [1, 4, 7]);
    assert.deepEqual(syncSamples(undefined, 4, 10), [1, 2, 3, 4]);
    assert.deepEqual(syncSamples(undefined, 80_000_000, 4), [1, 20_000_001, 40_000_001, 60_000_001]);
    assert.deepEqual(syncSamples(table(5, 3, 2, 9, 9, 8), 8, 10), [3, 8], "ascending, and there");
  });

  it("that contradict each other are refused, whatever they claim", () => {
    const number = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(-1), fc.integer());
    const any = fc.array(number, { maxLength: 12 }).map((numbers) => table(...numbers));
    fc.assert(
      fc.property(
        any,
        any,
        any,
        any,
        any,
        any,
        fc.boolean(),
        (stsz, stss, stts, ctts, runs, chunks, isLong) => {
          try {
            const some = new SampleSizes(stsz);
            const samples = syncSamples(stss, some.count, 100);
            for (const time of presentationTimes(stts, ctts, samples)) assert.ok(Number.isFinite(time));
            for (const { position, bytes } of samplePlaces(runs, chunks, isLong, some, samples))
              assert.ok(position >= 0 && bytes >= 0);
          } catch (error) {
            assert.ok(error instanceof BrokenIndexError, String(error));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
