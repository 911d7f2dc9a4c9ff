import assert from "node:assert/strict";
import type { ColorTags } from "../../../worker/video/colors";
import { colorsOf } from "../../../worker/video/colors";

const nothing: ColorTags = {
  space: undefined,
  primaries: undefined,
  transfer: undefined,
  range: undefined,
  peakNits: undefined,
};
const system = (name: string) => ({ space: name, primaries: name, transfer: name });

/** `npm run test:browser` shows that a browser does the same. */
describe("worker: what a video's colours are taken for", () => {
  const matrix = (codec: string, tags: Partial<ColorTags>, shownHeight: number) => {
    const colors = colorsOf({ codec, color: { ...nothing, ...tags }, shownHeight });
    return `${colors.matrix} ${colors.range ?? ""}`.trim();
  };

  it("are BT.601's below 720 lines and BT.709's from there on, where a video does not tell", () => {
    for (const codec of ["h264", "hevc", "vp8"])
      assert.deepEqual(
        [matrix(codec, {}, 718), matrix(codec, {}, 720)],
        ["smpte170m limited", "bt709 limited"],
        codec,
      );
    assert.deepEqual([matrix("prores", {}, 719), matrix("prores", {}, 720)], ["smpte170m", "bt709"]);
  });

  it("are BT.601's for VP9 and AV1 that do not tell, of any size and range", () => {
    for (const codec of ["vp9", "av1"])
      for (const range of ["full", "limited", undefined] as const)
        assert.equal(matrix(codec, { range }, 2160), "smpte170m limited");
  });

  it("are BT.601's in full range, where that is all that a video tells", () => {
    assert.equal(matrix("h264", { range: "full" }, 1080), "smpte170m full");
  });

  it("are those that a video tells when it tells all three", () => {
    for (const codec of ["h264", "vp8", "vp9", "av1", "prores"])
      assert.equal(matrix(codec, { ...system("smpte170m"), range: "full" }, 1080), "smpte170m full");
  });

  it("are not those that a video tells in part", () => {
    assert.equal(matrix("h264", { space: "smpte170m" }, 1080), "bt709 limited");
    assert.equal(matrix("h264", { space: "bt2020nc" }, 480), "smpte170m limited");
    assert.equal(matrix("av1", { space: "bt709", primaries: "bt709" }, 1080), "smpte170m limited");
  });

  it("are those of a matrix alone in VP9, which has no other field, and in what no browser plays", () => {
    const { matrix: vp9, primaries } = colorsOf({
      codec: "vp9",
      color: { ...nothing, space: "bt2020nc" },
      shownHeight: 480,
    });
    assert.deepEqual([vp9, primaries], ["bt2020nc", "bt2020"]);
    assert.equal(matrix("dnxhd", { space: "smpte170m" }, 1080), "smpte170m");
  });

  it("are HDR's wherever a video tells of PQ or HLG", () => {
    for (const transfer of ["smpte2084", "arib-std-b67"]) {
      const colors = colorsOf({ codec: "h264", color: { ...nothing, transfer }, shownHeight: 480 });
      assert.deepEqual([colors.matrix, colors.primaries, colors.transfer], ["bt2020nc", "bt2020", transfer]);
    }
  });

  it("are ones that can be decoded, where a video tells what makes no sense", () => {
    const strange = { primaries: "bt709", transfer: "bt709" };
    assert.equal(matrix("h264", { ...strange, space: "ictcp" }, 480), "bt2020nc");
    assert.equal(matrix("h264", { ...strange, space: "ipt-c2" }, 480), "smpte170m limited");
    assert.equal(
      matrix("h264", { space: "bt2020c", primaries: "bt2020", transfer: "smpte2084" }, 480),
      "bt2020nc",
    );
  });
});
