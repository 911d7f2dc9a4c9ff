import assert from "node:assert/strict";
import { reportLines } from "../../local/cli/report";
import type { VideoResult } from "../../local/cli/videoResult";

describe("What npm run local tells of its results", () => {
  const thumbnail = "out/thumb/cat.png";
  const cat: VideoResult = {
    video: "cat.mp4",
    key: "cat.mp4",
    ok: true,
    thumbnail,
    outputs: [{ kind: "thumbnail", key: "thumb/cat.png", file: thumbnail }],
    manifest: null,
    seconds: 2.04,
    error: null,
  };
  const extra = (name: string) => ({ key: `extras/cat.mp4/${name}`, file: `out/extras/cat.mp4/${name}` });
  const withExtras: VideoResult = {
    ...cat,
    outputs: [
      { ...cat.outputs[0]!, bytes: 9000, width: 1280, height: 720 },
      { kind: "rendition", ...extra("320.webp"), bytes: 5120, width: 320, height: 180 },
      { kind: "storyboard-vtt", ...extra("storyboard.vtt"), bytes: 900 },
    ],
    manifest: "out/extras/cat.mp4/manifest.json",
  };

  it("is where the thumbnail is", () => {
    assert.deepEqual(reportLines([cat], 5), [
      "out/thumb/cat.png: thumbnail of cat.mp4, 2.0 s after the upload began",
      "Done: out/thumb/cat.png in 5.0 s.",
    ]);
  });

  it("is a table of all other files, too", () => {
    assert.deepEqual(reportLines([withExtras], 5), [
      "out/thumb/cat.png: thumbnail of cat.mp4, 2.0 s after the upload began",
      "  rendition       out/extras/cat.mp4/320.webp        5.1 kB, 320 × 180",
      "  storyboard-vtt  out/extras/cat.mp4/storyboard.vtt  900 bytes",
      "  manifest        out/extras/cat.mp4/manifest.json",
      "Done: out/thumb/cat.png and 3 further files in 5.0 s.",
    ]);
  });

  it("is why a video has not all of it, and the thumbnail that is there", () => {
    const failed = { ...cat, ok: false, error: "storyboard: too costly: it takes more CPU time" };
    const none = { ...failed, thumbnail: null, outputs: [], error: "not a video: it is a text file" };
    assert.deepEqual(reportLines([failed, none, withExtras], 9).slice(0, 2), [
      "cat.mp4: failed after its thumbnail out/thumb/cat.png: storyboard: too costly: it takes more CPU time",
      "cat.mp4: no thumbnail: not a video: it is a text file",
    ]);
    assert.equal(
      reportLines([failed, none, withExtras], 9).at(-1),
      "Done: out/thumb/cat.png and 3 further files in 9.0 s, 2 of 3 videos failed.",
    );
    assert.equal(reportLines([failed], 9).length, 1);
  });

  it("shows no file name of several lines as such", () => {
    assert.deepEqual(
      reportLines([{ ...cat, ok: false, thumbnail: null, video: "a\nDone: b", error: "x" }], 1),
      ["a␊Done: b: no thumbnail: x"],
    );
  });
});
