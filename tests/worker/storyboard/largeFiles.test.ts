import assert from "node:assert/strict";
import { VideoFolder } from "../../../testkit/videoFolder";
import { spread } from "../../../worker/storyboard/tileMoments";
import { sampleWithoutIndex } from "../../../worker/storyboard/unindexedTiles";
import { never, numberIn, withVideo } from "../sampling/sampledVideo";
import { ffmpeg, numberedVideo } from "../videos";

describe("worker: the storyboard of a file without an index that is too large to be read as a whole", () => {
  it("has keyframes that seeks find, each at a time that is not before its own", async () => {
    const folder = await VideoFolder.create();
    try {
      const encode = [
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-g",
        "25",
        "-bf",
        "2",
        "-sc_threshold",
        "0",
      ];
      await numberedVideo(folder.file("video.mp4"), { frames: 227, encode });
      await ffmpeg(["-i", folder.file("video.mp4"), "-c", "copy", folder.file("video.ts")]);
      const content = await folder.read("video.ts");
      await withVideo(content, async ({ tools, file, track }) => {
        const { zeroSeconds } = track;
        const [moments] = spread({ intervalSeconds: 2, count: 5 }, 5, zeroSeconds, zeroSeconds + 9.08);
        assert.ok(moments !== undefined);
        const numbers = new Map<number, number>();
        const sampling = {
          onTile: (sample: Parameters<typeof numberIn>[0], moment: number) =>
            void numbers.set(moment, numberIn(sample)),
          asFarAsPossible: async (work: Promise<unknown>) => work.then(() => true),
        };
        const large = { ...file, maxBytes: content.length - 1 };
        await sampleWithoutIndex(tools, large, moments, sampling, never);
        assert.deepEqual([...numbers.keys()], [0, 1, 2, 3, 4]);
        const shown = [...numbers.values()];
        for (const [moment, number] of numbers) {
          assert.equal(number % 25, 0, "a keyframe");
          assert.ok(number <= moment * 50, `frame ${number} at ${2 * moment} s`);
        }
        assert.ok(new Set(shown).size >= 4, shown.join(", "));
      });
    } finally {
      await folder.remove();
    }
  });
});
