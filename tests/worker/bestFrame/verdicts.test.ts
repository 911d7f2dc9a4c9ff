import assert from "node:assert/strict";
import { measure } from "../../../worker/bestFrame/measures";
import { rank } from "../../../worker/bestFrame/rank";
import { isTransition } from "../../../worker/bestFrame/transition";
import type { Verdict } from "../../../worker/bestFrame/verdicts";
import { blurred, changed, painted, scene } from "./pictures";

const good = painted(scene);

/** What is said of a picture in a video whose other frames are good. */
function verdictsOn(picture: typeof good): readonly Verdict[] {
  const frames = [picture, good, good].map((one, timeSeconds) => ({ timeSeconds, measures: measure(one) }));
  return rank(frames).find(({ timeSeconds }) => timeSeconds === 0)?.verdicts ?? [];
}

describe("worker: what is wrong with a frame", () => {
  it("is nothing where there is something to see", () => {
    assert.deepEqual(verdictsOn(good), []);
  });

  it("is that it is black, or white", () => {
    assert.ok(verdictsOn(painted((x) => x % 6)).includes("black"));
    assert.ok(verdictsOn(painted((x) => 250 + (x % 4))).includes("white"));
  });

  it("is that it is flat: of one colour, or of one that slowly changes", () => {
    assert.ok(verdictsOn(painted(() => [200, 30, 40])).includes("flat"));
    assert.ok(verdictsOn(painted((x, y) => 60 + (x + y) / 4)).includes("flat"));
  });

  it("is that it is nothing but text on a plain ground", () => {
    const letters = (x: number, y: number) =>
      y > 40 && y < 50 && x > 40 && x < 120 && (x % 5 < 2 || y % 4 < 1);
    assert.ok(verdictsOn(painted((x, y) => (letters(x, y) ? 240 : 0))).includes("text on a plain ground"));
    const onBlue = painted((x, y) => (letters(x, y) ? [250, 230, 60] : [30, 60, 140]));
    assert.deepEqual(verdictsOn(onBlue), ["text on a plain ground"]);
  });

  it("is that most of it are black bars, but not that there are some", () => {
    const small = painted((x, y) => (x > 50 && x < 110 && y > 20 && y < 70 ? scene(x, y) : 0));
    assert.ok(verdictsOn(small).includes("mostly black bars"));
    const wide = painted((x, y) => (y > 11 && y < 79 ? scene(x, y) : 0));
    assert.deepEqual(verdictsOn(wide), []);
  });

  it("is that it is in a fade, from black or from white", () => {
    assert.ok(verdictsOn(changed(good, (level) => level * 0.45)).includes("in a fade"));
    assert.ok(verdictsOn(changed(good, (level) => 140 + level * 0.45)).includes("in a fade"));
  });

  it("is that it is blurred, beside what is usual in the video", () => {
    assert.ok(verdictsOn(blurred(good, 4)).includes("blurred"));
    const soft = blurred(good, 1);
    const frames = [soft, soft, soft].map((one, timeSeconds) => ({ timeSeconds, measures: measure(one) }));
    assert.deepEqual(rank(frames)[0]?.verdicts, []);
  });

  it("is that it is too dark or too bright to make out much", () => {
    assert.ok(verdictsOn(changed(good, (level) => level * 0.25)).includes("too dark"));
    assert.ok(verdictsOn(changed(good, (level) => 205 + level * 0.2)).includes("too bright"));
  });
});

describe("worker: the ranking of frames", () => {
  const at = (pictures: readonly (typeof good)[]) =>
    rank(pictures.map((picture, timeSeconds) => ({ timeSeconds, measures: measure(picture) })));

  it("puts what is without a fault first, and black last", () => {
    const black = painted(() => 0);
    const text = painted((x, y) => (y > 40 && y < 50 && x % 3 === 0 ? 240 : 0));
    const order = at([black, text, blurred(good, 5), good, good]).map(({ timeSeconds }) => timeSeconds);
    assert.deepEqual(order, [3, 4, 2, 1, 0]);
  });

  it("puts the least poor first where all are poor", () => {
    const dark = changed(good, (level) => level * 0.2);
    const [best] = at([painted(() => 0), dark, dark]);
    assert.equal(best?.timeSeconds, 1);
  });

  it("puts what most frames are like before the one that is different", () => {
    const other = painted((x, y) => {
      const [red, green, blue] = scene(x, y);
      return [blue, red, green];
    });
    assert.notEqual(at([other, good, good, good, good])[0]?.timeSeconds, 0);
  });

  it("is the same whatever order the frames come in", () => {
    const frames = [good, blurred(good, 3), painted(() => 128), changed(good, (level) => level * 0.6)].map(
      (picture, timeSeconds) => ({ timeSeconds, measures: measure(picture) }),
    );
    assert.deepEqual(rank(frames), rank([...frames].reverse()));
  });
});

describe("worker: a transition", () => {
  const other = painted((x, y) => {
    const [red, green, blue] = scene(x + 20, 89 - y);
    return [blue, red, green];
  });
  const mixed = (part: number) =>
    painted((x, y) => {
      const at = 3 * (y * good.width + x);
      const mix = (c: number) => (good.rgb[at + c] ?? 0) * (1 - part) + (other.rgb[at + c] ?? 0) * part;
      return [mix(0), mix(1), mix(2)];
    });

  it("is a dissolve, and a fade", () => {
    assert.equal(isTransition([mixed(0.3), mixed(0.36), mixed(0.42)]), true);
    const faded = [0.5, 0.58, 0.66].map((light) => changed(good, (level) => level * light));
    assert.equal(isTransition(faded), true);
  });

  it("is not what stands still, what moves, or a cut", () => {
    assert.equal(isTransition([good, good, good]), false);
    const moved = [0, 3, 6].map((by) => painted((x, y) => scene(x + by, y)));
    assert.equal(isTransition(moved), false);
    assert.equal(isTransition([good, good, other]), false);
    assert.equal(isTransition([good, other]), false);
  });
});
