import assert from "node:assert/strict";
import fc from "fast-check";
import { maxSheetSidePixels, planGrid, planStoryboard } from "../../../worker/storyboard/plan";
import type { VideoTrack } from "../../../worker/video/videoTrack";

/** As much of a track as the plan looks at. */
function track(width: number, shownHeight: number, transposed = false): VideoTrack {
  return { width, shownHeight, orientation: { transposed } } as unknown as VideoTrack;
}

describe("worker: the plan of a storyboard", () => {
  it("has a tile every two seconds up to two minutes", () => {
    for (const [duration, count] of [
      [0, 1],
      [0.04, 1],
      [2, 1],
      [2.04, 2],
      [60, 30],
      [120, 60],
    ] as const)
      assert.deepEqual(planStoryboard(duration), { intervalSeconds: 2, count }, `${duration} s`);
  });

  it("has 100 to 200 tiles of any longer video, at a round interval", () => {
    fc.assert(
      fc.property(fc.double({ min: 120.01, max: 1e7, noNaN: true }), (duration) => {
        const { intervalSeconds, count } = planStoryboard(duration);
        assert.ok(count >= 100 && count <= 200, `${count} of ${duration} s`);
        assert.ok((count - 1) * intervalSeconds < duration && count * intervalSeconds >= duration - 0.001);
        assert.ok(Number.isInteger(intervalSeconds));
      }),
    );
    assert.deepEqual(planStoryboard(600), { intervalSeconds: 3, count: 200 });
    assert.deepEqual(planStoryboard(7200), { intervalSeconds: 45, count: 160 });
    assert.deepEqual(planStoryboard(10 * 3600), { intervalSeconds: 180, count: 200 });
  });

  it("has sheets within 4096 × 4096, of which all but the last are full", () => {
    const side = fc.integer({ min: 1, max: 8192 });
    const shape = fc.tuple(side, side, fc.boolean());
    fc.assert(
      fc.property(
        shape,
        fc.integer({ min: 16, max: 1024 }),
        fc.integer({ min: 1, max: 200 }),
        ([w, h, turned], tile, count) => {
          const { columns, rows } = planGrid(track(w, h, turned), tile, count);
          const ratio = turned ? w / h : h / w;
          const width = Math.min(tile, (2 * tile) / ratio);
          assert.ok(columns * Math.floor(width) <= maxSheetSidePixels);
          assert.ok(rows * Math.floor(Math.min(2 * tile, width * ratio)) <= maxSheetSidePixels);
          assert.ok(columns * rows < count || columns * (rows - 1) < count, "no row in vain");
        },
      ),
    );
  });

  it("has one sheet of tiles of 160 pixels, however long the video, portrait too", () => {
    for (const shape of [track(1920, 1080), track(1080, 1920), track(1920, 1080, true), track(640, 480)]) {
      const { columns, rows } = planGrid(shape, 160, 200);
      assert.ok(columns * rows >= 200);
    }
  });
});
