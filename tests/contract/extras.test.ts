import assert from "node:assert/strict";
import fc from "fast-check";
import type { ExtrasSettings } from "../../contract/extras";
import {
  extraKey,
  extrasAskedFor,
  hasExtras,
  parseExtraKey,
  parseRendition,
  renditionName,
} from "../../contract/extras";

const none: ExtrasSettings = { storyboard: undefined, preview: undefined, renditions: [] };

describe("what is made besides a thumbnail", () => {
  it("has a key that tells its video's, whatever that is", () => {
    assert.equal(extraKey("dir/cat.mp4", "storyboard.vtt", "extras/"), "extras/dir/cat.mp4/storyboard.vtt");
    const names = fc.constantFrom("320.webp", "manifest.json", "storyboard-1.jpg");
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), names, (videoKey, name) => {
        assert.deepEqual(parseExtraKey(extraKey(videoKey, name, "extras/"), "extras/"), { videoKey, name });
      }),
    );
    for (const other of ["thumb/a.png", "extras/", "extras/a.mp4", "a/extras/b/c"])
      assert.equal(parseExtraKey(other, "extras/"), undefined);
  });

  it("is asked for in one line, which is empty for nothing", () => {
    assert.equal(extrasAskedFor(none), "");
    assert.equal(hasExtras(none), false);
    const all: ExtrasSettings = {
      storyboard: { tileWidthPixels: 160, format: "jpg" },
      preview: { seconds: 4, widthPixels: 320 },
      renditions: ["640.jpg", "320.webp"].map(parseRendition),
    };
    assert.equal(extrasAskedFor(all), "storyboard=160.jpg preview=320x4s 320.webp 640.jpg");
    for (const some of [
      { storyboard: all.storyboard },
      { preview: all.preview },
      { renditions: all.renditions },
    ])
      assert.ok(hasExtras({ ...none, ...some }));
  });

  it("may be renditions of any width and format of a thumbnail", () => {
    assert.deepEqual(parseRendition("320.webp"), { widthPixels: 320, format: "webp" });
    assert.equal(renditionName(parseRendition("1280.png")), "1280.png");
    for (const wrong of ["320", "0320.webp", "320.gif", "320.WEBP", "15.png", "16384.png", "a/320.webp"])
      assert.throws(() => parseRendition(wrong), {
        message: new RegExp(`^${JSON.stringify(wrong)} is no rendition`),
      });
  });
});
