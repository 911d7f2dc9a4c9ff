import assert from "node:assert/strict";
import fc from "fast-check";
import { isExtraName } from "../../contract/extras";
import { readManifest } from "../../contract/readManifest";
import { making, place, ready } from "./manifests";

const read = (value: unknown) => readManifest(JSON.stringify(value), place);

describe("a manifest that is read back", () => {
  it("is what was written, whole or in the making, and holds nothing else that stands in the file", () => {
    assert.deepEqual(read(ready), ready);
    assert.deepEqual(read(making), making);
    const more = { ...ready, type: "thumbnail-created", url: "https://elsewhere.example", outputs: [] };
    assert.deepEqual(read({ ...more, video: { ...ready.video, url: "x" } }), { ...ready, outputs: [] });
  });

  it("may leave out what not every video has", () => {
    const { decodeErrors, choice, ...frame } = ready.frame;
    const { eTag, versionId, ...video } = ready.video;
    assert.ok(decodeErrors && choice && eTag && versionId);
    const least = { ...ready, frame, video: { ...video, durationSeconds: null } };
    assert.deepEqual(read(least), least);
  });

  it("is refused with one sentence that says which field is wrong", () => {
    const [first, ...others] = ready.outputs;
    for (const [wrong, message] of [
      [null, "it is not an object"],
      [[], "it is not an object"],
      [{}, "it.version is not one of 1"],
      [{ ...ready, version: 2 }, "it.version is not one of 1"],
      [{ ...ready, state: "done" }, "it.state is not one of making, ready"],
      [{ ...ready, outputs: {} }, "it.outputs is not a list"],
      [{ ...ready, video: { ...ready.video, bytes: -1 } }, "it.video.bytes is not a whole number from 0"],
      [{ ...ready, outputs: [{ ...first, bytes: 1.5 }] }, "it.outputs[0].bytes is not a whole number from 0"],
      [{ ...ready, frame: { ...ready.frame, choice: null } }, "it.frame.choice is not an object"],
      [{ ...making, maker: 1 }, "it.maker is not a text"],
    ] as const)
      assert.throws(() => read(wrong), { message });
    assert.throws(() => readManifest(`{"version": 1, "state": "ready`, place), SyntaxError);
    assert.throws(() => readManifest("[".repeat(200_000), place));
    const infinite = JSON.stringify(ready).replace('"score":0.93', '"score":1e999');
    assert.throws(() => readManifest(infinite, place), { message: "it.frame.choice.score is not a number" });
    assert.equal(others.length, 2);
  });

  it("is refused when it is of another video or bucket, or names what is not of its video", () => {
    for (const wrong of [
      { ...ready, bucket: "other" },
      { ...ready, video: { ...ready.video, key: "dog.mp4" } },
      { ...making, video: { key: "dog.mp4" } },
    ])
      assert.throws(() => read(wrong), /^Error: it is of ".*" in the bucket "/);
    for (const [kind, key] of [
      ["thumbnail", "thumb/dir/dog.png"],
      ["thumbnail", "extras/dir/cat.mp4/320.webp"],
      ["preview", "secret.mp4"],
      ["preview", "thumb/dir/cat.png"],
      ["preview", "extras/dir/dog.mp4/preview.webp"],
      ["preview", "extras/dir/cat.mp4/inner/preview.webp"],
      ["preview", "extras/dir/cat.mp4/mine.webp"],
    ] as const) {
      const other = { ...ready, outputs: [...ready.outputs, { kind, key, contentType: "x", bytes: 1 }] };
      assert.throws(() => read(other), { message: `it names "${key}", which is not of its video` });
    }
    for (const format of ["png", "jpg", "webp"]) {
      const thumbnail = { ...ready.outputs[0]!, key: `thumb/dir/cat.${format}` };
      assert.deepEqual(read({ ...ready, outputs: [thumbnail] }).outputs, [thumbnail]);
    }
  });

  it("throws nothing but an Error, whatever the file holds", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        assert.throws(() => readManifest(text, place), Error);
      }),
    );
  });
});

describe("an extra's name", () => {
  it("is one that a worker gives, and no other", () => {
    for (const name of ["manifest.json", "storyboard.vtt", "storyboard.json", "preview.webp", "16383.webp"])
      assert.ok(isExtraName(name), name);
    for (const name of ["storyboard-1.jpg", "storyboard-12.webp", "320.png", "640.jpg"])
      assert.ok(isExtraName(name), name);
    for (const name of ["", "mine.jpg", "storyboard-0.jpg", "storyboard-1.png", "0320.webp", "320.gif"])
      assert.ok(!isExtraName(name), name);
    for (const name of [
      "x/manifest.json",
      "320.webp\n",
      "preview.webp.bak",
      "Manifest.json",
      "Storyboard.vtt",
    ])
      assert.ok(!isExtraName(name), name);
  });
});
