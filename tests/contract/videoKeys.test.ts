import assert from "node:assert/strict";
import { isVideoKey } from "../../contract/videoKeys";

describe("which keys are videos", () => {
  const any = { suffixes: [".mp4", ".MOV"], prefixes: [], outputPrefixes: ["thumb/", "a/b/"] };

  it("says a suffix, in any case", () => {
    for (const key of ["cat.mp4", "dir/cat.MP4", "cat.Mp4", "cat.mov", ".mp4", "a+b %41\u202e.mp4"])
      assert.ok(isVideoKey(key, any), key);
    for (const key of ["cat.webm", "cat.mp4.txt", "mp4", "", "cat.mp4/"])
      assert.ok(!isVideoKey(key, any), key);
  });

  it("says a suffix as it stands, where S3's own notifications tell of uploads", () => {
    const exact = { ...any, suffixes: [".mp4", ".MP4"], isExact: true };
    assert.deepEqual(
      ["cat.mp4", "cat.MP4", "cat.Mp4"].map((key) => isVideoKey(key, exact)),
      [true, true, false],
    );
  });

  it("says what it begins with, where the stack has prefixes", () => {
    const under = { ...any, prefixes: ["uploads/", "team-"] };
    for (const key of ["uploads/cat.mp4", "team-a/cat.mp4", "team-.mp4"])
      assert.ok(isVideoKey(key, under), key);
    for (const key of ["cat.mp4", "Uploads/cat.mp4", "old/uploads/cat.mp4", "upload/cat.mp4"])
      assert.ok(!isVideoKey(key, under), key);
  });

  it("never has an output's prefix, whatever else is said", () => {
    for (const key of ["thumb/cat.mp4", "a/b/cat.mp4", "a/b/c/cat.mp4"])
      for (const prefixes of [[], ["a/"], ["thumb"]]) assert.ok(!isVideoKey(key, { ...any, prefixes }), key);
    for (const key of ["thumbs/cat.mp4", "a/cat.mp4", "x/thumb/cat.mp4"])
      assert.ok(isVideoKey(key, any), key);
  });
});
