import assert from "node:assert/strict";
import fc from "fast-check";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";
import { placeholderOf } from "../../../worker/placeholder/placeholder";
import { flatVideo } from "../picture/flatVideos";

type Rgb = readonly [number, number, number];

/** A picture as ffmpeg writes it, row by row. */
function pixmap(width: number, height: number, colorAt: (x: number, y: number) => Rgb): Buffer {
  const pixels = Array.from({ length: width * height }, (_, at) =>
    colorAt(at % width, Math.floor(at / width)),
  );
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), Buffer.from(pixels.flat())]);
}

const dominantOf = async (picture: Buffer) => (await placeholderOf(picture)).dominantColor;

describe("worker: the placeholder", () => {
  it("has the dominant colour of a picture of one colour: that one", async () => {
    const levels = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 255 })));
    await fc.assert(
      fc.asyncProperty(levels, async (color) => {
        const hex = Buffer.from(color).toString("hex");
        assert.equal(await dominantOf(pixmap(3, 2, () => color as unknown as Rgb)), `#${hex}`);
      }),
      { numRuns: 300 },
    );
  });

  it("has the colour of the largest part, not the mean of all", async () => {
    const sky: Rgb = [90, 150, 220];
    const picture = pixmap(100, 56, (x, y) =>
      y < 28 ? sky : [(x * 37) % 256, (y * 91) % 256, (x * y) % 256],
    );
    const [red, green, blue] = Buffer.from((await dominantOf(picture)).slice(1), "hex");
    for (const [level, of] of [
      [red!, 90],
      [green!, 150],
      [blue!, 220],
    ] as const)
      assert.ok(Math.abs(level - of) <= 6, `${level} instead of ${of}`);
  });

  it("counts all of a colour that noise spreads over several cells", async () => {
    // Of 100 columns, 45 of one green and 55 of grays around a level that lies between two cells of lightness.
    const picture = pixmap(100, 10, (x, y) => {
      const gray = 99 + ((x + y) % 2 === 0 ? -6 : 6);
      return x < 45 ? [20, 160, 60] : [gray, gray, gray];
    });
    const [red, green, blue] = Buffer.from((await dominantOf(picture)).slice(1), "hex");
    assert.ok(red === green && green === blue && Math.abs(red! - 99) <= 2, String([red, green, blue]));
  });

  it("has a ThumbHash that gives back shape and mean colour", async () => {
    const { thumbHashToApproximateAspectRatio, thumbHashToAverageRGBA } =
      await import("../../../worker/node_modules/thumbhash/thumbhash.js");
    const picture = pixmap(100, 50, (x) => (x < 50 ? [200, 40, 40] : [40, 40, 200]));
    const { thumbHash } = await placeholderOf(picture);
    const hash = Buffer.from(thumbHash, "base64");
    assert.equal(hash.toString("base64"), thumbHash);
    assert.ok(Math.abs(thumbHashToApproximateAspectRatio(hash) - 2) < 0.5);
    const { r, g, b, a } = thumbHashToAverageRGBA(hash);
    for (const [part, of] of [
      [r, 120],
      [g, 40],
      [b, 120],
      [a * 255, 255],
    ] as const)
      assert.ok(Math.abs(part * 255 - of) <= 12 || part === of, `${part * 255} instead of ${of}`);
  });

  it("is had of every shape, and the same each time", async () => {
    for (const [width, height] of [
      [1, 1],
      [100, 1],
      [1, 100],
      [100, 100],
    ] as const) {
      const picture = pixmap(width, height, (x, y) => [x, y, 128]);
      assert.deepEqual(await placeholderOf(picture), await placeholderOf(picture));
    }
  });

  it("of a video is that of its thumbnail, in the right colours", async () => {
    const folder = await VideoFolder.create();
    try {
      const tags = "-colorspace bt709 -color_primaries bt709 -color_trc bt709".split(" ");
      const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "1", ...tags];
      const blue = [0x1e, 0x90, 0xff].map((level) => level / 255);
      const video = { matrix: "bt709", width: 160, height: 320, colors: [blue], encode: x264 } as const;
      await flatVideo(folder.file("blue.mp4"), video);
      const { dominantColor, thumbHash } = await frameOf(await folder.read("blue.mp4"), { at: "0" });
      const difference = Buffer.from(dominantColor.slice(1), "hex").map((level, index) =>
        Math.abs(level - Buffer.from("1E90FF", "hex")[index]!),
      );
      assert.ok(Math.max(...difference) <= 2, dominantColor);
      assert.equal(thumbHash, (await placeholderOf(pixmap(50, 100, () => rgbOf(dominantColor)))).thumbHash);
    } finally {
      await folder.remove();
    }
  });

  it("of something else than a picture is an error", async () => {
    await assert.rejects(placeholderOf(Buffer.from("P5\n1 1\n255\n0")), /something else than a ppm/);
  });
});

function rgbOf(color: string): Rgb {
  const [red = 0, green = 0, blue = 0] = Buffer.from(color.slice(1), "hex");
  return [red, green, blue];
}
