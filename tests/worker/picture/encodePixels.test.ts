import assert from "node:assert/strict";
import { PNG } from "pngjs";
import { Allowance } from "../../../worker/child/allowance";
import { encodePixels } from "../../../worker/picture/encodePixels";
import { imageSize } from "../../../worker/picture/imageSize";

describe("worker: pixels of its own", () => {
  const [width, height] = [33, 20];
  const frameOf = (value: number) => Buffer.alloc(width * height * 3, Buffer.from([value, 0, 255 - value]));
  const encode = (frames: Buffer[], encoding: Parameters<typeof encodePixels>[1]) =>
    encodePixels({ width, height, frames }, encoding, new Allowance(), new AbortController().signal);

  it("become the same picture, in each format", async () => {
    const { data } = PNG.sync.read(await encode([frameOf(200)], { format: "png" }));
    assert.deepEqual([...data.subarray(0, 4)], [200, 0, 55, 255]);
    for (const format of ["jpg", "webp"] as const)
      assert.deepEqual(imageSize(await encode([frameOf(200)], { format }), format), { width, height });
  });

  it("become an animation that begins anew", async () => {
    const encoding = { format: "animated-webp", framesPerSecond: 10, quality: 75 } as const;
    const animation = await encode([frameOf(0), frameOf(120), frameOf(255)], encoding);
    // https://developers.google.com/speed/webp/docs/riff_container#animation
    const chunk = animation.indexOf("ANIM");
    assert.equal(animation.readUInt16LE(chunk + 12), 0);
    assert.equal(animation.toString("latin1").split("ANMF").length - 1, 3);
  });

  it("that are too few are an error with ffmpeg's words", async () => {
    await assert.rejects(encode([frameOf(0).subarray(1)], { format: "jpg" }), /ffmpeg wrote no jpg/);
  });

  it("of a source that fails are its error", async () => {
    const frames = (function* () {
      yield frameOf(0).subarray(100);
      throw new Error("the source broke");
    })();
    const broken = encodePixels(
      { width, height, frames },
      { format: "png" },
      new Allowance(),
      new AbortController().signal,
    );
    await assert.rejects(broken, /the source broke/);
  });
});
