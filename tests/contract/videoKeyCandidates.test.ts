import assert from "node:assert/strict";
import { videoKeyCandidates, videoKeysLeftOut } from "../../contract/videoKeyCandidates";

describe("a thumbnail's video, by the thumbnail's key alone", () => {
  const suffixes = [".mp4", ".mov"];
  const cases: [thumbnail: string, videos: string[]][] = [
    ["thumb/dir/cat.png", ["dir/cat.mp4"]],
    ["thumb/a.mov.png", ["a.mov", "a.mov.mp4"]],
    ["thumb/a.MP4.webp", ["a.MP4", "a.MP4.mp4"]],
    ["thumb/two\nlines.jpg", ["two\nlines.mp4"]],
    ["thumb/.png", []],
    ["elsewhere/cat.png", []],
    ["thumb/cat", []],
  ];
  for (const [thumbnail, videos] of cases) {
    it(`of ${JSON.stringify(thumbnail)} is ${videos.map((key) => JSON.stringify(key)).join(" or ") || "none"}`, () => {
      assert.deepEqual(videoKeyCandidates(thumbnail, "thumb/", suffixes), videos);
    });
  }

  it("is to be looked for only where its metadata could not hold the video's key", () => {
    const long = "影".repeat(320);
    assert.deepEqual(videoKeysLeftOut(`thumb/${long}.png`, "thumb/", suffixes), [`${long}.mp4`]);
    assert.deepEqual(videoKeysLeftOut("thumb/cat.png", "thumb/", suffixes), []);
  });
});
