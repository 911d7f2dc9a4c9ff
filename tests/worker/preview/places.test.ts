import assert from "node:assert/strict";
import type { Keyframe } from "../../../worker/sampling/keyframes";
import { choosePlaces } from "../../../worker/preview/places";
import type { VideoTrack } from "../../../worker/video/videoTrack";

const track = (durationSeconds?: number) => ({ startSeconds: 10, durationSeconds }) as VideoTrack;
const every = (seconds: number, until: number): Keyframe[] =>
  Array.from({ length: Math.ceil(until / seconds) }, (_, i) => ({
    timeSeconds: 10 + i * seconds,
    bytes: undefined,
    partShownAt: () => Promise.resolve(undefined),
  }));

describe("worker: the places that a preview shows", () => {
  /** The first start of each place, from the video's first frame on, and how long the places are. */
  const chosen = (seconds: number, duration?: number, keyframes?: Keyframe[]) => {
    const places = choosePlaces(track(duration), keyframes, seconds);
    const from = places.map(
      ({ starts: [start] }) => Math.round(((start?.fromSeconds ?? NaN) - 10) * 10) / 10,
    );
    return { from, seconds: places[0]?.seconds, since: places[0]?.starts[0]?.sinceKeyframe };
  };

  it("are keyframes all over the video", () => {
    assert.deepEqual(chosen(4, 7200, every(10, 7200)), {
      from: [1010, 2740, 4460, 6190],
      seconds: 1,
      since: true,
    });
  });

  it("are fewer and longer ones of a short video, and all of it once where it is no longer than the preview", () => {
    assert.deepEqual(chosen(4, 9, every(1, 9)), { from: [1, 6], seconds: 2, since: true });
    assert.deepEqual(chosen(4, 5, every(1, 5)), { from: [0], seconds: 4, since: true });
    assert.deepEqual(chosen(4, 4, every(1, 4)), { from: [0], seconds: 4, since: false });
  });

  it("never begin so late that the video ends before they do", () => {
    for (const duration of [4.1, 5, 7.9, 8, 12.5, 16, 40, 200])
      for (const seconds of [1, 2, 4, 10, 30])
        for (const place of choosePlaces(track(duration), every(0.04, duration), seconds))
          for (const { fromSeconds } of place.starts)
            assert.ok(seconds >= duration || fromSeconds - 10 + place.seconds <= duration + 0.001);
  });

  it("are between keyframes where those are far apart, but not far behind one", () => {
    assert.deepEqual(chosen(4, 60, every(60, 60)), { from: [1.2, 15.6], seconds: 2, since: false });
  });

  it("are found by seeks where there is no index", () => {
    assert.deepEqual(chosen(4, 100), { from: [13.5, 37.5, 61.5, 85.5], seconds: 1, since: true });
  });

  it("are its beginning where nothing tells how long it is", () => {
    assert.deepEqual(chosen(4), { from: [0], seconds: 4, since: false });
  });
});
