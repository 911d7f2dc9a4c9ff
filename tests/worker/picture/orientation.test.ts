import assert from "node:assert/strict";
import { parseDisplayMatrix } from "../../../worker/video/orientation";
import { ffmpeg } from "../videos";
import { frameOf } from "../../../testkit/frameOf";
import { VideoFolder } from "../../../testkit/videoFolder";

/** The corners of the video as it is stored: top left, top right, bottom left, bottom right. */
const stored = ["R", "G", "B", "W"];
const colors: Record<string, string> = { R: "red", G: "lime", B: "blue", W: "white" };

describe("worker: the picture's orientation", () => {
  let folder: VideoFolder;
  let video: Buffer;
  before(async () => {
    folder = await VideoFolder.create();
    const corners = stored.flatMap((name) => [
      "-f",
      "lavfi",
      "-i",
      `color=${colors[name]!}:s=80x40:r=5:d=0.4`,
    ]);
    const layout = "xstack=inputs=4:layout=0_0|w0_0|0_h0|w0_h0";
    const encode = ["-c:v", "libx264", "-qp", "1", "-pix_fmt", "yuv444p"];
    await ffmpeg([...corners, "-filter_complex", layout, ...encode, folder.file("video.mp4")]);
    video = await folder.read("video.mp4");
  });
  after(() => folder.remove());

  /** The video with another matrix in its track's header (ISO/IEC 14496-12, 8.3.2). */
  function turned([a, b, c, d]: readonly [number, number, number, number]): Buffer {
    const copy = Buffer.from(video);
    const matrix = copy.indexOf("000100000000000000000000000000000001", copy.indexOf("tkhd"), "hex");
    [a, b, 0, c, d].forEach((value, index) => copy.writeInt32BE(value * 0x10000, matrix + index * 4));
    return copy;
  }

  async function cornersOf(picture: Buffer): Promise<string> {
    const args = ["-vf", "scale=2:2:flags=area,format=rgb24", "-f", "rawvideo", "pipe:1"];
    const pixels = await ffmpeg(["-i", "pipe:0", ...args], picture);
    return [0, 1, 2, 3]
      .map((corner) => [...pixels.subarray(corner * 3, corner * 3 + 3)].map((level) => (level > 127 ? 1 : 0)))
      .map((rgb) => ({ "100": "R", "010": "G", "001": "B", "111": "W" })[rgb.join("")] ?? "?")
      .join("");
  }

  for (const [name, matrix, corners] of [
    ["upright", [1, 0, 0, 1], "RGBW"],
    ["a quarter turn clockwise", [0, 1, -1, 0], "BRWG"],
    ["half a turn", [-1, 0, 0, -1], "WBGR"],
    ["a quarter turn counterclockwise", [0, -1, 1, 0], "GWRB"],
    ["mirrored from left to right", [-1, 0, 0, 1], "GRWB"],
    ["mirrored from top to bottom", [1, 0, 0, -1], "BWRG"],
    ["mirrored, and a quarter turn clockwise", [0, -1, -1, 0], "WGBR"],
    ["mirrored, and a quarter turn counterclockwise", [0, 1, 1, 0], "RBGW"],
  ] as const) {
    it(`is ${name} where the video says so`, async () => {
      const picture = await frameOf(turned(matrix), { at: "0", widthPixels: 50 });
      assert.equal(await cornersOf(picture.image), corners);
      const onEnd = matrix[0] === 0;
      assert.deepEqual([picture.width, picture.height], onEnd ? [25, 50] : [50, 25]);
    });
  }

  it("goes to the nearest quarter turn", () => {
    const matrix = (a: number, b: number, c: number, d: number) =>
      `\n00000000: ${a} ${b} 0\n00000001: ${c} ${d} 0\n00000002: 0 0 1073741824\n`;
    assert.deepEqual(parseDisplayMatrix(matrix(65000, 8000, -8000, 65000)), {
      transposed: false,
      flippedAcross: false,
      flippedDown: false,
    });
    assert.deepEqual(parseDisplayMatrix(matrix(8000, 65000, -65000, 8000)), {
      transposed: true,
      flippedAcross: true,
      flippedDown: false,
    });
  });

  it("swaps the sides of non-square pixels too", async () => {
    const encode = ["-vf", "setsar=2", "-c:v", "libx264", "-qp", "1", "-pix_fmt", "yuv444p"];
    await ffmpeg(["-i", folder.file("video.mp4"), ...encode, folder.file("wide.mp4")]);
    const upright = video;
    video = await folder.read("wide.mp4");
    const { width, height } = await frameOf(turned([0, 1, -1, 0]), { at: "0" });
    video = upright;
    assert.deepEqual([width, height], [80, 320]);
  });
});
