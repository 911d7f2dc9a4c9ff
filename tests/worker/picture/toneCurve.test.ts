import assert from "node:assert/strict";
import { toneCurve } from "../../../worker/picture/toneCurve";

describe("worker: the curve from HDR to SDR", () => {
  it("halves diffuse white for a peak of 1000 cd/m² and above, and leaves it where there is no more", () => {
    assert.deepEqual(
      [1000, 4000, 10_000].map((nits) => toneCurve(nits).gain),
      [0.5, 0.5, 0.5],
    );
    assert.ok(toneCurve(203).gain > 0.99);
    assert.ok(Math.abs(toneCurve(600).gain - 0.66) < 0.01);
  });

  it("is one that ffmpeg's filter can draw, for any peak that a file may tell", () => {
    for (const nits of [0.01, 100, 203, 204, 300, 1000, 4000, 10_000, 65_535]) {
      const { gain, knee, peak } = toneCurve(nits);
      assert.ok(
        gain > 0 && gain <= 1 && knee > 0 && knee < peak && peak > 1,
        JSON.stringify({ nits, gain, knee, peak }),
      );
    }
  });

  it("takes HDR for graded at 1000 cd/m² when it does not tell", () => {
    assert.deepEqual(toneCurve(undefined), toneCurve(1000));
  });
});
